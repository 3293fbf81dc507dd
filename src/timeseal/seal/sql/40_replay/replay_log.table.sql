-- purpose: what each replay compared, so that a passing gate shows how much it looked at
-- grain: one row per replay; definition: the digest under which a world replay passed
-- reads: nothing
-- writes: audit.replay_log
-- time: cut bounds known_at of the replayed facts; replayed_at is a wall-clock record
create table if not exists audit.replay_log (
  replay_id bigint generated always as identity primary key,
  entrypoint text not null,
  cut timestamptz,
  from_t0 timestamptz,
  mode text not null check (mode in ('cut', 'cut and late by a tick', 'entity', 'late', 'row')),
  seed text,
  trial timestamptz,
  definition text,
  kept_rows bigint not null default 0,
  moved_facts bigint not null default 0,
  rows_compared bigint not null,
  columns_compared integer not null,
  findings integer not null,
  seconds numeric(10, 3) not null,
  replayed_at timestamptz not null default clock_timestamp()
);
create index if not exists replay_log_entrypoint_idx on audit.replay_log (entrypoint, replay_id);
