-- purpose: what refreshes wrote into a stored layer: which versions they led from and to, and on which days rows differ since
-- grain: one row per layer and version; no row: nobody can say what was written
-- reads: nothing
-- writes: audit.layer_write
-- time: t0_days are the UTC days of the written rows' t0, as they were and as they are; written_at is a wall-clock record
create table if not exists audit.layer_write (
  relid oid not null,
  from_version bigint not null,
  to_version bigint not null check (to_version > from_version),
  t0_days date[] not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (relid, from_version)
);
