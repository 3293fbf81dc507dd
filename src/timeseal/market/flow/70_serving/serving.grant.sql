-- purpose: the training role records its runs and reads them again; nobody changes or deletes one
-- grain: one grant per relation
-- reads: nothing
-- writes: privileges
-- time: none
grant select, insert on ml.model_run, ml.model_registry, ml.model_artifact, ml.metric, ml.reliability,
  ml.model_feature_importance_v1, ml.holdout_opening, ml.predictions_v1
to ml_training;
grant update (is_active) on ml.model_registry to ml_training;
grant select on ml.predictions_current to ml_training;
