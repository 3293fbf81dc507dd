-- purpose: the latest report of the enrichment of each ad, in the published columns; what it does not say is NULL
-- grain: one row per (generation, listing_id) that was ever enriched
-- reads: raw.attribute_event
-- writes: nothing
-- time: as known now: the report with the latest known_at, as a whole
create or replace view "iPhone".iphone_ai_enrich as
select
  r.generation,
  r.listing_id,
  r.fields ->> 'sale_mode' as sale_mode,
  r.fields ->> 'owner_type' as owner_type,
  (r.fields ->> 'can_ship') = 'true' as can_ship,
  (r.fields ->> 'pickup_only') = 'true' as pickup_only,
  (r.fields ->> 'vat_invoice') = 'true' as vat_invoice,
  (r.fields ->> 'first_owner') = 'true' as first_owner,
  (r.fields ->> 'used_with_case_claim') = 'true' as used_with_case_claim,
  r.fields ->> 'repair_provider' as repair_provider,
  ref.as_number(r.fields ->> 'negotiability_ai')::double precision as negotiability_ai,
  ref.as_number(r.fields ->> 'urgency_ai')::double precision as urgency_ai,
  ref.as_number(r.fields ->> 'lqs_textonly')::double precision as lqs_textonly,
  round(ref.as_number(r.fields ->> 'opening_offer_nok'))::integer as opening_offer_nok,
  round(ref.as_number(r.fields ->> 'storage_gb_fixed_ai'))::integer as storage_gb_fixed_ai,
  r.fields ->> 'variant_canonical' as variant_canonical,
  ref.as_number(r.fields ->> 'variant_conf')::double precision as variant_conf,
  ref.as_number(r.fields ->> 'storage_conf')::double precision as storage_conf,
  r.fields ->> 'payment_constraints' as payment_constraints,
  (r.fields ->> 'time_window_strict') = 'true' as time_window_strict,
  r.fields ->> 'band_region_5g' as band_region_5g,
  r.fields ->> 'vat_scheme' as vat_scheme,
  (r.fields ->> 'us_import') = 'true' as us_import,
  r.fields ->> 'lock_ai' as lock_ai,
  r.fields ->> 'model_a_code' as model_a_code,
  (r.fields ->> 'esim_only') = 'true' as esim_only,
  string_to_array(r.fields ->> 'parts_replaced', ',') as parts_replaced,
  (r.fields ->> 'true_tone_missing') = 'true' as true_tone_missing,
  string_to_array(r.fields ->> 'ios_parts_warning', ',') as ios_parts_warning,
  r.fields ->> 'return_rights' as return_rights,
  (r.fields ->> 'deferred_payment') = 'true' as deferred_payment,
  r.fields ->> 'swap_insurance' as swap_insurance,
  r.fields ->> 'serial_imei_policy' as serial_imei_policy,
  r.fields ->> 'seller_role' as seller_role,
  (r.fields ->> 'negotiability_conflict') = 'true' as negotiability_conflict,
  ref.as_number(r.fields ->> 'activation_lock_risk')::double precision as activation_lock_risk,
  to_jsonb(r.fields ->> 'codes_json') as codes_json,
  r.confidences as conf_json,
  r.evidences as evidence_json,
  r.known_at as updated_at,
  r.method as model,
  r.method_version as version
from (
  select distinct on (a.generation, a.listing_id)
    a.generation, a.listing_id, a.known_at, a.method, a.method_version,
    jsonb_object_agg(a.attribute, a.value) as fields,
    jsonb_object_agg(a.attribute, a.confidence) as confidences,
    jsonb_object_agg(a.attribute, a.evidence) as evidences
  from raw.attribute_event as a
  where a.source = 'ai_enrich'
  group by a.generation, a.listing_id, a.known_at, a.method, a.method_version
  order by a.generation, a.listing_id, a.known_at desc, a.method desc, a.method_version desc
) as r;
