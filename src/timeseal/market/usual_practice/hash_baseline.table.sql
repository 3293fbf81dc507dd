-- purpose: the habit's accepted hash of a day
-- grain: one row per relation and t0_day
-- reads: nothing
-- writes: usual_practice.hash_baseline
-- time: t0_day is a calendar day of the session's zone, as the habit has it
create table if not exists usual_practice.hash_baseline (
  entrypoint text not null,
  t0_day date not null,
  dataset_sha256 text,
  primary key (entrypoint, t0_day)
);
