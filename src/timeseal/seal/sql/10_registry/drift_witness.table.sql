-- purpose: the world when an entrypoint last agreed with its baseline, so that a later difference can be given its cause
-- grain: one row per entrypoint
-- reads: nothing
-- writes: audit.drift_witness
-- time: facts not visible in snapshot were recorded later; horizon is how far decision times were materialised then
create table if not exists audit.drift_witness (
  entrypoint text primary key,
  taken_at timestamptz not null,
  snapshot pg_snapshot not null,
  horizon timestamptz not null,
  sources jsonb not null,
  stamps jsonb not null,
  settings text[] not null
);
