-- purpose: the habit's last verdict
-- grain: one row per relation
-- reads: nothing
-- writes: usual_practice.cert_registry
-- time: certified_at is a wall-clock record
create table if not exists usual_practice.cert_registry (
  entrypoint text primary key,
  status text not null,
  certified_at timestamptz not null,
  dataset_days integer not null,
  notes text not null
);
