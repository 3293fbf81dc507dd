-- purpose: the latest scores of the active model
-- grain: one row per live ad
-- reads: ml.predictions_v1, ml.model_registry
-- writes: nothing
-- time: known_until is the instant the scores are dated by
create or replace view ml.predictions_current as
select
  p.generation, p.listing_id, p.edited_date, p.expected_hours, p.p_24h, p.p_48h, p.p_72h, p.p_168h, p.p_504h,
  p.model_key, p.known_until, p.age_hours, p.more_hours, p.p_still_more_h, p.place, p.reasons, p.scored_at,
  p.certificate_id, p.contract_sha256, p.fingerprint
from ml.predictions_v1 as p
join ml.model_registry as m on m.model_key = p.model_key and m.is_active
where p.scored_at = (select max(n.scored_at) from ml.predictions_v1 as n where n.model_key = p.model_key);
