-- purpose: what had been read out of each ad's text, form and description a day after its first sight
-- grain: one row per (generation, listing_id, decision_at), decision_at = t0 + 24 hours
-- reads: tom_features_v1, attribute_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: on the landmark clock: the latest report with known_at < decision_at, as a whole; never what an audit found after a sale
select
  f.generation,
  f.listing_id,
  f.decision_at,
  (f.decision_at at time zone 'UTC')::date as decision_day,
  f.t0,
  f.edited_date,
  case
    when report.known_at is not null then 'known'
    when f.title_length + f.description_length > 0 then 'pending'
    else 'absent'
  end as ai_state,
  lower(read.sale_mode) as sale_mode_ai,
  lower(read.owner_type) as owner_type_ai,
  read.can_ship = 'true' as can_ship,
  read.pickup_only = 'true' as pickup_only,
  lower(read.repair_provider) as repair_provider_ai,
  read.vat_invoice = 'true' as vat_invoice,
  read.first_owner = 'true' as first_owner,
  read.used_with_case_claim = 'true' as used_with_case_claim,
  as_number(read.negotiability)::double precision as negotiability_ai_enhanced,
  as_number(read.urgency)::double precision as urgency_ai_enhanced,
  as_number(read.lqs_textonly)::double precision as lqs_textonly_ai,
  round(as_number(read.opening_offer))::integer as opening_offer_nok_ai,
  round(as_number(read.storage_gb))::integer as storage_gb_fixed_ai_enhanced,
  report.known_at as ai_updated_at,
  report.method as ai_model,
  report.method_version as ai_version,
  as_number(healed.condition_score)::double precision as condition_score,
  round(as_number(healed.battery))::integer as battery_pct_fixed_ai,
  round(as_number(healed.severity))::integer as damage_severity_ai,
  round(as_number(healed.damaged))::integer as damage_binary_ai,
  greatest(f._max_known_at, report.known_at, healed.known_at) as _max_known_at
from (
  select a.generation, a.listing_id, a.t0 + interval '24 hours' as decision_at, a.t0, a.edited_date, a.title_length,
    a.description_length, greatest(a._max_known_at, a.t0) as _max_known_at
  from tom_features_v1 as a
) as f
left join lateral (
  select r.known_at, r.source, r.method, r.method_version
  from attribute_event as r
  where r.generation = f.generation
    and r.listing_id = f.listing_id
    and comes_from(r.source, 'ai_enrich')
    and r.attribute in (
      'sale_mode', 'owner_type', 'can_ship', 'pickup_only', 'repair_provider', 'vat_invoice', 'first_owner', 'used_with_case_claim',
      'negotiability_ai', 'urgency_ai', 'lqs_textonly', 'opening_offer_nok', 'storage_gb_fixed_ai')
    and r.known_at < f.decision_at
  order by r.known_at desc, r.source desc, r.method desc, r.method_version desc
  limit 1
) as report on true
cross join lateral (
  select
    max(v.value) filter (where v.attribute = 'sale_mode'),
    max(v.value) filter (where v.attribute = 'owner_type'),
    max(v.value) filter (where v.attribute = 'can_ship'),
    max(v.value) filter (where v.attribute = 'pickup_only'),
    max(v.value) filter (where v.attribute = 'repair_provider'),
    max(v.value) filter (where v.attribute = 'vat_invoice'),
    max(v.value) filter (where v.attribute = 'first_owner'),
    max(v.value) filter (where v.attribute = 'used_with_case_claim'),
    max(v.value) filter (where v.attribute = 'negotiability_ai'),
    max(v.value) filter (where v.attribute = 'urgency_ai'),
    max(v.value) filter (where v.attribute = 'lqs_textonly'),
    max(v.value) filter (where v.attribute = 'opening_offer_nok'),
    max(v.value) filter (where v.attribute = 'storage_gb_fixed_ai')
  from attribute_event as v
  where v.generation = f.generation
    and v.listing_id = f.listing_id
    and v.source = report.source
    and v.method = report.method
    and v.method_version = report.method_version
    and v.known_at <= report.known_at
    -- a report of the step counts as a whole; of an adopted row, what did not change since still stands
    and (v.known_at = report.known_at or (v.source <> 'ai_enrich' and not exists (
      select
      from attribute_event as w
      where w.generation = v.generation
        and w.listing_id = v.listing_id
        and w.attribute = v.attribute
        and w.source = v.source
        and w.known_at > v.known_at
        and w.known_at <= report.known_at
    )))
) as read (sale_mode, owner_type, can_ship, pickup_only, repair_provider, vat_invoice, first_owner,
  used_with_case_claim, negotiability, urgency, lqs_textonly, opening_offer, storage_gb)
cross join lateral (
  select
    max(h.value) filter (where h.attribute = 'condition_score'),
    max(h.value) filter (where h.attribute = 'battery_pct_fixed_ai'),
    max(h.value) filter (where h.attribute = 'damage_severity_ai'),
    max(h.value) filter (where h.attribute = 'damage_binary_ai'),
    max(h.known_at)
  from attribute_event as h
  where h.generation = f.generation
    and h.listing_id = f.listing_id
    and comes_from(h.source, 'healing')
    and h.known_at < f.decision_at
    and h.attribute in ('condition_score', 'battery_pct_fixed_ai', 'damage_severity_ai', 'damage_binary_ai')
    and not exists (
      select
      from attribute_event as n
      where n.generation = h.generation
        and n.listing_id = h.listing_id
        and n.attribute = h.attribute
        and comes_from(n.source, 'healing')
        and n.known_at < f.decision_at
        and (n.known_at, n.source, n.method, n.method_version) > (h.known_at, h.source, h.method, h.method_version)
    )
) as healed (condition_score, battery, severity, damaged, known_at)
