-- purpose: record a finished training run
-- grain: one row
-- reads: nothing
-- writes: ml.model_run
-- time: wall-clock times are given by the caller
insert into ml.model_run
  (run_id, model_key, vertical, origin, labelled_rows, code_sha256, recipe_sha256, config, certificate_id,
   contract_sha256, features_hash, fingerprint, started_at, finished_at, status)
values
  (%(model_key)s, %(model_key)s, %(vertical)s, %(origin)s, %(rows)s, %(code_sha256)s, %(recipe_sha256)s, %(config)s,
   %(certificate_id)s, %(contract_sha256)s, %(features_hash)s, %(fingerprint)s, %(started)s, %(finished)s, 'finished');
