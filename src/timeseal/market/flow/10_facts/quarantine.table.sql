-- purpose: rows that broke a rule, with what was expected and found; never lost, never loaded
-- grain: one row per run, input row and broken rule
-- reads: nothing
-- writes: raw.quarantine
-- time: recorded_at is a wall-clock record
create table if not exists raw.quarantine (
  run_id bigint not null references raw.run (run_id),
  row_number bigint not null,
  column_name text not null,
  expected text not null,
  found text,
  reason text not null,
  raw_line text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (run_id, row_number, column_name, reason)
);
