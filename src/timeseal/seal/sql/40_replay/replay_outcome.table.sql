-- purpose: how each mode of a replay ended, for the certificate, and what it cost, for the next one's budget
-- grain: one row per entrypoint, seed and mode
-- reads: nothing
-- writes: audit.replay_outcome
-- time: replayed_at is a wall-clock record
create table if not exists audit.replay_outcome (
  outcome_id bigint generated always as identity primary key,
  entrypoint text not null,
  seed text not null,
  mode text not null check (mode in ('entity', 'late', 'row', 'world')),
  status text not null check (status in ('passed', 'failed', 'skipped')),
  sample integer,
  rows_compared bigint not null,
  columns_compared integer not null,
  findings integer not null,
  seconds numeric(10, 3) not null,
  note text,
  replayed_at timestamptz not null default clock_timestamp()
);
create index if not exists replay_outcome_entrypoint_idx on audit.replay_outcome (entrypoint, mode, outcome_id);
