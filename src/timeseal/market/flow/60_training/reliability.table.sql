-- purpose: predicted chances beside what happened, in deciles of the chance
-- grain: one row per run, origin, horizon and bin
-- reads: ml.model_run
-- writes: ml.reliability
-- time: origin starts the t0 cohort
create table if not exists ml.reliability (
  run_id text not null references ml.model_run (run_id),
  origin timestamptz not null,
  horizon_h numeric not null,
  bin integer not null,
  predicted double precision not null,
  observed double precision not null,
  lo double precision not null,
  hi double precision not null,
  n bigint not null,
  primary key (run_id, origin, horizon_h, bin)
);
