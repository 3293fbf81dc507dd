-- purpose: record the score of one live ad
-- grain: one row
-- reads: nothing
-- writes: ml.predictions_v1
-- time: dated by known_until
insert into ml.predictions_v1
  (generation, listing_id, edited_date, expected_hours, p_24h, p_48h, p_72h, p_168h, p_504h, model_key, known_until,
   age_hours, more_hours, p_still_more_h, place, reasons, scored_at, certificate_id, contract_sha256, fingerprint)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);
