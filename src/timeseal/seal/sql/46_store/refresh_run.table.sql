-- purpose: which fact runs a store has already incorporated
-- grain: one row per store and run
-- reads: nothing
-- writes: audit.refresh_run
-- time: incorporated_at is a wall-clock record
create table if not exists audit.refresh_run (
  store text not null,
  run_id bigint not null,
  incorporated_at timestamptz not null default clock_timestamp(),
  primary key (store, run_id)
);
