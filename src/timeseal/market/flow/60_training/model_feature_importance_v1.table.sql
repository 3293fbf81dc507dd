-- purpose: what a model leans on: mean absolute contribution to log hours
-- grain: one row per model, scope, kind and feature
-- reads: ml.model_registry
-- writes: ml.model_feature_importance_v1
-- time: none
create table if not exists ml.model_feature_importance_v1 (
  model_key text not null references ml.model_registry (model_key),
  scope text not null,
  importance_type text not null,
  feature_name text not null,
  gain_pct double precision,
  shap_mean_abs double precision,
  shap_mean double precision,
  meta jsonb not null default '{}'::jsonb,
  primary key (model_key, scope, importance_type, feature_name)
);
