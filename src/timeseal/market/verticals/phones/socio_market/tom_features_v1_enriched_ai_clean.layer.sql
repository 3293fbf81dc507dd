-- purpose: the ads still on sale a day after their first sight, without spam as known then, with the 25 ai_* columns
-- grain: one row per (generation, listing_id, decision_at); listing_id is unique
-- reads: tom_features_v1_enriched, ai_enrich_landmark_v1, listing_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: on the landmark clock: known_at < decision_at = t0 + 24 hours; anchors as they were at t0
select
  e.listing_id,
  e.edited_date,
  e.generation,
  e.model,
  e.storage_gb,
  e.price,
  a.condition_score,
  a.battery_pct_fixed_ai,
  a.damage_severity_ai,
  a.damage_binary_ai,
  e.seller_rating,
  e.review_count,
  e.member_since_year,
  e.location_city,
  e.postal_code,
  e.title,
  e.description,
  e.title_length,
  e.description_length,
  e.anchor_median_hours_14d,
  e.anchor_14d_n,
  e.ask_median_price,
  e.ask_cnt,
  e.sold_median_price_30d,
  e.sold_cnt_30d,
  e.ptv_sold_30d,
  e.ptv_ask_day,
  e.delta_vs_sold_median_30d,
  e.delta_vs_ask_median_day,
  e.ptv_final,
  (a.sale_mode_ai is not distinct from 'obo')::integer as ai_sale_mode_obo,
  (a.sale_mode_ai is not distinct from 'firm')::integer as ai_sale_mode_firm,
  (a.sale_mode_ai is not distinct from 'bids')::integer as ai_sale_mode_bids,
  (coalesce(a.sale_mode_ai, '') not in ('obo', 'firm', 'bids'))::integer as ai_sale_mode_unspecified,
  (a.owner_type_ai is not distinct from 'private')::integer as ai_owner_private,
  (a.owner_type_ai is not distinct from 'work_phone')::integer as ai_owner_work,
  (coalesce(a.owner_type_ai, '') not in ('private', 'work_phone'))::integer as ai_owner_unknown,
  (a.can_ship is true and a.pickup_only is not true)::integer as ai_ship_can,
  (a.pickup_only is true)::integer as ai_ship_pickup,
  (a.can_ship is not true and a.pickup_only is not true)::integer as ai_ship_unspecified,
  (a.repair_provider_ai is not distinct from 'apple')::integer as ai_rep_apple,
  (a.repair_provider_ai is not distinct from 'authorized')::integer as ai_rep_authorized,
  (a.repair_provider_ai is not distinct from 'independent')::integer as ai_rep_independent,
  (coalesce(a.repair_provider_ai, '') not in ('apple', 'authorized', 'independent'))::integer as ai_rep_unknown,
  (a.can_ship is true)::integer as ai_can_ship_bin,
  (a.pickup_only is true)::integer as ai_pickup_only_bin,
  (a.vat_invoice is true)::integer as ai_vat_invoice_bin,
  (a.first_owner is true)::integer as ai_first_owner_bin,
  (a.used_with_case_claim is true)::integer as ai_used_with_case_bin,
  greatest(0, least(1, coalesce(a.negotiability_ai_enhanced, 0))) as ai_negotiability_f,
  greatest(0, least(1, coalesce(a.urgency_ai_enhanced, 0))) as ai_urgency_f,
  greatest(0, least(1, coalesce(a.lqs_textonly_ai, 0))) as ai_lqs_textonly_f,
  greatest(0, coalesce(a.opening_offer_nok_ai, 0))::double precision as ai_opening_offer_nok_f,
  case when e.price > 0 then
    round(greatest(0, least(5, coalesce(a.opening_offer_nok_ai, 0)::numeric / e.price)), 6)::double precision
  end as ai_opening_offer_ratio,
  a.storage_gb_fixed_ai_enhanced as ai_storage_gb_fixed,
  a.ai_state,
  a.decision_at,
  a.decision_day,
  e.t0,
  e.t0_day,
  e.size_class,
  e.class_id,
  greatest(e._max_known_at, a._max_known_at, marked.known_at) as _max_known_at
from tom_features_v1_enriched as e
join ai_enrich_landmark_v1 as a
  on a.generation = e.generation and a.listing_id = e.listing_id and a.t0 = e.t0
cross join lateral (
  select max(m.known_at)
  from listing_event as m
  where m.generation = e.generation
    and m.listing_id = e.listing_id
    and m.event = 'spam_marked'
    and m.known_at < a.decision_at
) as marked (known_at)
where e.duplicate_of is null
  and not excludes_listing(e.observed_mark)
  and not exists (
    select
    from listing_event as m
    where m.generation = e.generation
      and m.listing_id = e.listing_id
      and m.known_at < a.decision_at
      and (
        m.event in ('gone', 'sold', 'removed')
        or (m.event = 'spam_marked' and m.known_at = marked.known_at and excludes_listing(m.mark))
      )
  )
