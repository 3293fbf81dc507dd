-- purpose: the models that exist, with the certificate, contract and data each came from
-- grain: one row per model
-- reads: nothing
-- writes: ml.model_registry
-- time: train_start and train_end bound the t0 of the labelled rows; known_until bounds their labels
create table if not exists ml.model_registry (
  model_key text primary key,
  feature_set_name text not null,
  feature_set_hash text not null,
  trained_at timestamptz not null,
  train_start timestamptz not null,
  train_end timestamptz not null,
  known_until timestamptz not null,
  algo text not null,
  hyperparams jsonb not null,
  metrics jsonb not null,
  artifact_uri text not null,
  is_active boolean not null default false,
  created_by text not null,
  notes text,
  certificate_id text not null,
  contract_sha256 text not null,
  fingerprint text not null,
  code_sha256 text not null,
  recipe_sha256 text not null,
  model_sha256 text not null
);
