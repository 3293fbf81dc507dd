-- purpose: what is believed of each ad now, in the published columns; never for a certified surface
-- grain: one row per (generation, listing_id)
-- reads: raw.listing_observation, raw.listing_event, raw.attribute_event, raw.run
-- writes: nothing
-- time: as known now: the latest observation, the latest reading of each attribute, the first known end
create or replace view "iPhone".iphone_listings as
select
  o.generation,
  o.listing_id,
  coalesce(o.edited_at, seen.first_seen) as edited_date,
  seen.first_seen,
  seen.last_seen,
  sold.event_time as sold_date,
  sold.price as sold_price,
  round(ref.as_number(audit.value))::integer as real_sold_price,
  case
    when sold.event_time is not null then 'sold'
    when removed.event_time is not null then 'removed'
    when seen.first_seen < watched.until - interval '504 hours' then 'older21days'
    else 'live'
  end as status,
  case when ref.excludes_listing(mark.mark) then mark.mark end as spam,
  case when ref.excludes_listing(mark.mark) then mark.known_at end as spam_at,
  o.price,
  o.currency,
  o.model,
  o.storage_gb,
  o.storage,
  o.storage_gb as storage_gb_raw,
  o.condition,
  ref.as_number(condition.value)::double precision as condition_score,
  round(ref.as_number(battery.value))::integer as battery_pct_fixed_ai,
  ref.as_number(battery.value)::double precision as battery_pct_effective,
  battery.known_at as battery_pct_fixed_ai_at,
  battery.method || ' ' || battery.method_version as battery_pct_fixed_ai_by,
  battery.evidence as battery_pct_fixed_ai_ctx,
  battery.source as battery_pct_fixed_ai_source,
  round(ref.as_number(severity.value))::integer as damage_severity_ai,
  round(ref.as_number(damaged.value))::integer as damage_binary_ai,
  reason.value as damage_reason_ai,
  severity.evidence as damage_ai_json,
  severity.known_at as damage_ai_at,
  severity.method_version as damage_ai_version,
  healed.document as quality_ai_json,
  healed.known_at as quality_ai_at,
  healed.version as quality_ai_version,
  o.seller_key,
  o.seller_rating,
  o.review_count,
  o.member_since_year,
  o.seller_rating is not null or o.review_count is not null as seller_stats_fetched,
  o.location_city,
  o.postal_code,
  o.title,
  o.description,
  o.url,
  o.is_inactive,
  inactive.event_time as inactive_observed_at,
  o.is_bidding,
  o.source
from (
  select distinct on (s.generation, s.listing_id)
    s.generation, s.listing_id, s.edited_at, s.price, s.currency, s.model, s.storage_gb, s.storage, s.condition, s.seller_key,
    s.seller_rating, s.review_count, s.member_since_year, s.location_city, s.postal_code, s.title, s.description, s.url,
    s.is_inactive, s.is_bidding, s.source
  from raw.listing_observation as s
  order by s.generation, s.listing_id, s.observed_at desc, s.source, s.payload_sha256
) as o
join (
  select s.generation, s.listing_id, min(s.observed_at) as first_seen, max(s.observed_at) as last_seen
  from raw.listing_observation as s
  group by s.generation, s.listing_id
) as seen on seen.generation = o.generation and seen.listing_id = o.listing_id
cross join (
  select max(coalesce(r.observed_until, r.max_known_at)) as until
  from raw.run as r
  where r.status = 'closed' and r.kind <> 'reference'
) as watched
left join (
  select distinct on (e.generation, e.listing_id) e.generation, e.listing_id, e.event_time, e.price
  from raw.listing_event as e
  where e.event = 'sold'
  order by e.generation, e.listing_id, e.known_at, e.event_time, e.source
) as sold on sold.generation = o.generation and sold.listing_id = o.listing_id
left join (
  select e.generation, e.listing_id, min(e.event_time) as event_time
  from raw.listing_event as e
  where e.event = 'removed'
  group by e.generation, e.listing_id
) as removed on removed.generation = o.generation and removed.listing_id = o.listing_id
left join (
  select e.generation, e.listing_id, max(e.event_time) as event_time
  from raw.listing_event as e
  where e.event = 'inactive'
  group by e.generation, e.listing_id
) as inactive on inactive.generation = o.generation and inactive.listing_id = o.listing_id
left join (
  select distinct on (e.generation, e.listing_id) e.generation, e.listing_id, e.mark, e.known_at
  from raw.listing_event as e
  where e.event = 'spam_marked'
  order by e.generation, e.listing_id, e.known_at desc, ref.excludes_listing(e.mark) desc, e.event_time desc, e.source
) as mark on mark.generation = o.generation and mark.listing_id = o.listing_id
left join "iPhone".attribute_current as condition on condition.generation = o.generation
  and condition.listing_id = o.listing_id and condition.attribute = 'condition_score'
left join "iPhone".attribute_current as battery on battery.generation = o.generation
  and battery.listing_id = o.listing_id and battery.attribute = 'battery_pct_fixed_ai'
left join "iPhone".attribute_current as severity on severity.generation = o.generation
  and severity.listing_id = o.listing_id and severity.attribute = 'damage_severity_ai'
left join "iPhone".attribute_current as damaged on damaged.generation = o.generation
  and damaged.listing_id = o.listing_id and damaged.attribute = 'damage_binary_ai'
left join "iPhone".attribute_current as reason on reason.generation = o.generation
  and reason.listing_id = o.listing_id and reason.attribute = 'damage_reason_ai'
left join "iPhone".attribute_current as audit on audit.generation = o.generation
  and audit.listing_id = o.listing_id and audit.attribute = 'real_sold_price'
left join (
  select c.generation, c.listing_id, max(c.known_at) as known_at, max(c.method_version) as version,
    jsonb_object_agg(c.attribute, c.value order by c.attribute) as document
  from "iPhone".attribute_current as c
  where c.source in ('healing', 'post_sold_audit')
  group by c.generation, c.listing_id
) as healed on healed.generation = o.generation and healed.listing_id = o.listing_id;
