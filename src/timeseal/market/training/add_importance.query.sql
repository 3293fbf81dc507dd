-- purpose: record what a model leans on
-- grain: one row
-- reads: nothing
-- writes: ml.model_feature_importance_v1
-- time: none
insert into ml.model_feature_importance_v1 (model_key, scope, importance_type, feature_name, shap_mean_abs)
values (%s, 'live', 'contribution_log_hours', %s, %s);
