-- purpose: the accepted fingerprint of every day of an entrypoint; the lane sum finds change, only the SHA-256 certifies
-- grain: one row per entrypoint, t0_day and sample_limit (always 0: full coverage)
-- reads: nothing
-- writes: audit.t0_dataset_hash_baseline
-- time: t0_day is the UTC calendar day of t0
create table if not exists audit.t0_dataset_hash_baseline (
  entrypoint text not null,
  t0_day date not null,
  sample_limit integer not null default 0,
  dataset_sha256 text not null,
  row_count bigint not null,
  columns text[],
  lane numeric,
  computed_at timestamptz not null default clock_timestamp(),
  run_id bigint,
  primary key (entrypoint, t0_day, sample_limit)
);
