-- purpose: views of one store that return its bad rows
-- grain: one row per entrypoint and invariant
-- reads: nothing
-- writes: audit.store_invariant
-- time: none
create table if not exists audit.store_invariant (
  entrypoint text not null references audit.entrypoint (entrypoint) on delete cascade,
  name text not null,
  relid oid not null,
  level text not null default 'blocking' check (level in ('blocking', 'warning')),
  hint text not null,
  primary key (entrypoint, name)
);
