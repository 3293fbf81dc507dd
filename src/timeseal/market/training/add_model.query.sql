-- purpose: register a model with what it came from
-- grain: one row
-- reads: nothing
-- writes: ml.model_registry
-- time: known_until bounds its labels
insert into ml.model_registry
  (model_key, feature_set_name, feature_set_hash, trained_at, train_start, train_end, known_until, algo, hyperparams,
   metrics, artifact_uri, created_by, certificate_id, contract_sha256, fingerprint, code_sha256, recipe_sha256,
   model_sha256)
values
  (%(model_key)s, %(set_name)s, %(features_hash)s, %(trained)s, %(start)s, %(end)s, %(known_until)s,
   'weibull hazard and boosted AFT, calibrated', %(config)s, %(metrics)s, 'ml.model_artifact', session_user,
   %(certificate_id)s, %(contract_sha256)s, %(fingerprint)s, %(code_sha256)s, %(recipe_sha256)s, %(model_sha256)s);
