-- purpose: the learned numbers of a model as JSON text, its recipe and its manifest
-- grain: one row per model and kind
-- reads: ml.model_registry
-- writes: ml.model_artifact
-- time: none
create table if not exists ml.model_artifact (
  model_key text not null references ml.model_registry (model_key),
  kind text not null check (kind in ('model', 'recipe', 'manifest')),
  sha256 text not null,
  body text not null,
  primary key (model_key, kind),
  check (sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex'))
);
