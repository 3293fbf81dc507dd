-- purpose: when the holdout cohort was opened, by which code on which data; a second look needs a reason
-- grain: one row per opening
-- reads: nothing
-- writes: ml.holdout_opening
-- time: opened_at is wall-clock, given by the caller
create table if not exists ml.holdout_opening (
  opening_id bigint generated always as identity primary key,
  vertical text not null,
  origin timestamptz not null,
  code_sha256 text not null,
  recipe_sha256 text not null,
  fingerprint text not null,
  model_key text not null,
  opened_at timestamptz not null,
  reason text not null,
  unique (vertical, origin, code_sha256, recipe_sha256, fingerprint)
);
