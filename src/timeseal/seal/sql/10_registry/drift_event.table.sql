-- purpose: the drift ledger: every approved or refused acceptance of changed days: who, why, what, how much
-- grain: one row per entrypoint, approval and t0_day; each carries the digest of the one before it
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
  rows_added bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_removed bigint not null default 0,
  columns text[] not null default '{}',
  classes text[] not null default '{}',
  evidence jsonb not null default '[]',
  sha256_before text,
  sha256_after text,
  budget text,
  budget_rows bigint not null default 0,
  sample_limit integer,
  actor text not null default session_user,
  acting_role text not null default coalesce(nullif(current_setting('role'), 'none'), session_user),
  reason text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  previous_sha256 text not null,
  row_sha256 text not null,
  constraint drift_event_chain unique (entrypoint, previous_sha256)
);
create index if not exists drift_event_newest_idx on audit.drift_event (entrypoint, drift_id desc);
