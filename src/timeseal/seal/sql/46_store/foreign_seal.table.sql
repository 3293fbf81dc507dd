-- purpose: what sealing a view of somebody else changed outside our schemas, so that removing the seal undoes exactly that
-- grain: one row per sealed foreign view
-- reads: nothing
-- writes: audit.foreign_seal
-- time: sealed_at is a wall-clock record
create table if not exists audit.foreign_seal (
  entrypoint text primary key,
  schema_name text not null,
  owner_usage boolean not null,
  owner_select boolean not null,
  training_usage boolean not null,
  certifier_usage boolean not null,
  stamped oid[] not null,
  sealed_at timestamptz not null default clock_timestamp()
);
