-- purpose: record that the holdout cohort was opened
-- grain: one row
-- reads: nothing
-- writes: ml.holdout_opening
-- time: opened_at is given by the caller
insert into ml.holdout_opening
  (vertical, origin, code_sha256, recipe_sha256, fingerprint, model_key, opened_at, reason)
values (%s, %s, %s, %s, %s, %s, %s, %s);
