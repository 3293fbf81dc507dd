-- purpose: every figure of an evaluation with its 95 % interval
-- grain: one row per run, split, origin, model, metric and horizon
-- reads: ml.model_run
-- writes: ml.metric
-- time: origin starts the t0 cohort; its labels for fitting are cut there, for testing read at the end
create table if not exists ml.metric (
  run_id text not null references ml.model_run (run_id),
  split text not null check (split in ('development', 'holdout', 'pooled')),
  origin timestamptz not null,
  cohort text not null,
  model text not null,
  name text not null,
  horizon_h numeric not null,
  value double precision,
  lo double precision,
  hi double precision,
  n bigint not null,
  primary key (run_id, split, origin, model, name, horizon_h)
);
