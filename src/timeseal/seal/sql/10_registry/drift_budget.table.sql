-- purpose: how much change of closed days a named occasion may approve
-- grain: one row per entrypoint and budget name
-- reads: nothing
-- writes: audit.drift_budget
-- time: none
create table if not exists audit.drift_budget (
  entrypoint text not null,
  name text not null,
  max_days integer not null check (max_days >= 0),
  max_rows bigint not null check (max_rows >= 0),
  primary key (entrypoint, name)
);
