-- purpose: up to which decision time a store was materialised
-- grain: one row per store
-- reads: nothing
-- writes: audit.refresh_state
-- time: horizon bounds the t0 of materialised rows (exclusive); refreshed_at is a wall-clock record, compared_at of every row
create table if not exists audit.refresh_state (
  store text primary key,
  horizon timestamptz not null,
  refreshed_at timestamptz not null default clock_timestamp(),
  compared_at timestamptz not null default clock_timestamp()
);
