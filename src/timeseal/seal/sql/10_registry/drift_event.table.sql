-- purpose: every approved or refused acceptance of changed days: who, why, how much
-- grain: one row per entrypoint, approval and t0_day
-- reads: nothing
-- writes: audit.drift_event
-- time: recorded_at is a wall-clock record
create table if not exists audit.drift_event (
  drift_id bigint generated always as identity primary key,
  entrypoint text not null,
  t0_day date not null,
  verdict text not null check (verdict in ('first baseline', 'new day', 'open day', 'budget', 'undone', 'refused')),
  rows_before bigint,
  rows_after bigint,
  sha256_before text,
  sha256_after text,
  budget text,
  sample_limit integer,
  actor text not null default session_user,
  reason text not null,
  recorded_at timestamptz not null default clock_timestamp()
);
