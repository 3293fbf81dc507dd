-- purpose: base snapshot: what the defining observation of each ad said, and what had been read out of it before
-- grain: one row per (generation, listing_id): its earliest observation, whose instant is t0 for ever
-- reads: listing_observation, attribute_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: t0 = observed_at of the defining observation; a twin was seen before it, or at it under a lower generation (twins_of_one_instant); condition, battery, damage as known before, else NULL
select
  o.listing_id,
  o.observed_at as edited_date,
  o.generation,
  o.model,
  o.storage_gb,
  o.price,
  as_number(healed.condition_score)::double precision as condition_score,
  round(as_number(healed.battery))::integer as battery_pct_fixed_ai,
  round(as_number(healed.severity))::integer as damage_severity_ai,
  round(as_number(healed.damaged))::integer as damage_binary_ai,
  o.seller_rating,
  o.review_count,
  o.member_since_year,
  o.location_city,
  o.postal_code,
  o.title,
  o.description,
  length(coalesce(o.title, '')) as title_length,
  length(coalesce(o.description, '')) as description_length,
  o.observed_at as t0,
  (o.observed_at at time zone 'UTC')::date as t0_day,
  storage.size_class,
  o.generation * 100 + storage.size_class as class_id,
  twin.duplicate_of,
  mark_of_text(o.title, o.description, o.model) as observed_mark,
  extract(isodow from o.observed_at at time zone 'Europe/Oslo')::integer - 1 as local_weekday,
  extract(hour from o.observed_at at time zone 'Europe/Oslo')::integer as posted_hour_local,
  storage.sbucket,
  o.condition,
  o.is_bidding,
  o.is_inactive,
  greatest(twin.known_at, healed.known_at) as _max_known_at
from listing_observation as o
cross join lateral (
  select
    case
      when o.storage_gb >= 900 then 5
      when o.storage_gb >= 500 then 4
      when o.storage_gb >= 250 then 3
      when o.storage_gb >= 120 then 2
      when o.storage_gb is not null then 1
    end,
    case
      when o.storage_gb >= 900 then 1024
      when o.storage_gb >= 500 then 512
      when o.storage_gb >= 250 then 256
      when o.storage_gb >= 120 then 128
      else o.storage_gb
    end
) as storage (size_class, sbucket)
cross join lateral (
  select
    coalesce(min(d.generation) filter (where d.observed_at < o.observed_at), min(d.generation)),
    max(d.observed_at) filter (where d.observed_at < o.observed_at)
  from listing_observation as d
  where d.listing_id = o.listing_id
    and d.generation <> o.generation
    and (d.observed_at, d.generation) < (o.observed_at, o.generation)
) as twin (duplicate_of, known_at)
cross join lateral (
  select
    max(h.value) filter (where h.attribute = 'condition_score'),
    max(h.value) filter (where h.attribute = 'battery_pct_fixed_ai'),
    max(h.value) filter (where h.attribute = 'damage_severity_ai'),
    max(h.value) filter (where h.attribute = 'damage_binary_ai'),
    max(h.known_at)
  from attribute_event as h
  where h.generation = o.generation
    and h.listing_id = o.listing_id
    and comes_from(h.source, 'healing')
    and h.known_at < o.observed_at
    and h.attribute in ('condition_score', 'battery_pct_fixed_ai', 'damage_severity_ai', 'damage_binary_ai')
    and not exists (
      select
      from attribute_event as n
      where n.generation = h.generation
        and n.listing_id = h.listing_id
        and n.attribute = h.attribute
        and comes_from(n.source, 'healing')
        and n.known_at < o.observed_at
        and (n.known_at, n.source, n.method, n.method_version) > (h.known_at, h.source, h.method, h.method_version)
    )
) as healed (condition_score, battery, severity, damaged, known_at)
where not exists (
  select
  from listing_observation as e
  where e.generation = o.generation
    and e.listing_id = o.listing_id
    and (e.observed_at, e.source, e.payload_sha256) < (o.observed_at, o.source, o.payload_sha256)
)
-- neighbours of a cohort lie together on disk, where the windows of later layers look for them
order by o.generation, o.observed_at, o.listing_id
