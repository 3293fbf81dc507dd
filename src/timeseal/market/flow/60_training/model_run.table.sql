-- purpose: one training run: which code, recipe and certified data it used, and how it ended
-- grain: one row per run
-- reads: nothing
-- writes: ml.model_run
-- time: started_at and finished_at are wall-clock, given by the caller; origin bounds the labels
create table if not exists ml.model_run (
  run_id text primary key,
  model_key text not null,
  vertical text not null,
  origin timestamptz not null,
  labelled_rows bigint not null,
  code_sha256 text not null,
  recipe_sha256 text not null,
  config jsonb not null,
  certificate_id text not null,
  contract_sha256 text not null,
  features_hash text not null,
  fingerprint text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  status text not null check (status in ('finished', 'failed'))
);
