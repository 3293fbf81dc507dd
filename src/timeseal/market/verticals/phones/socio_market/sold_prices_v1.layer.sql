-- purpose: value history: prices at which ads were sold: told by the page or last asked, and audited after the sale
-- grain: one row per (generation, listing_id) sold with a positive price, and one more when that price was audited
-- reads: listing_event, attribute_event, tom_features_v1, sold_durations_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: readers admit known_at < t0; from its own on, an audited price replaces the other: both have the event_time of the end known first, so a window holds both or none
select
  s.listing_id,
  s.generation,
  f.storage_gb,
  (s.event_time at time zone 'UTC')::date as sold_day,
  s.price as sold_price,
  s.price_kind,
  f.size_class,
  f.class_id,
  s.t0,
  s.t0_day,
  s.event_time,
  s.known_at
from (
  select h.generation, h.listing_id, d.t0, d.t0_day, d.event_time, h.price, h.price_kind, h.known_at
  from listing_event as h
  join sold_durations_v1 as d on d.generation = h.generation and d.listing_id = h.listing_id
  where h.event = 'sold'
    and h.price > 0
    and h.price_kind in ('last_ask', 'declared')
    and h.event_time >= d.t0
    and not exists (
      select
      from listing_event as p
      where p.generation = h.generation
        and p.listing_id = h.listing_id
        and p.event = 'sold'
        and p.price > 0
        and p.price_kind in ('last_ask', 'declared')
        and p.event_time >= d.t0
        and (p.known_at, p.event_time, p.source) < (h.known_at, h.event_time, h.source)
    )
  union all
  select d.generation, d.listing_id, d.t0, d.t0_day, d.event_time, round(as_number(a.value))::integer, 'audited', greatest(a.known_at, d.known_at)
  from sold_durations_v1 as d
  join attribute_event as a on a.generation = d.generation and a.listing_id = d.listing_id
  where a.attribute = 'real_sold_price'
    and comes_from(a.source, 'post_sold_audit')
    and as_number(a.value) between 1 and 1000000
    and not exists (
      select
      from attribute_event as b
      where b.generation = a.generation
        and b.listing_id = a.listing_id
        and b.attribute = a.attribute
        and comes_from(b.source, 'post_sold_audit')
        and as_number(b.value) between 1 and 1000000
        and (b.known_at, b.source, b.method, b.method_version) < (a.known_at, a.source, a.method, a.method_version)
    )
) as s
join tom_features_v1 as f on f.generation = s.generation and f.listing_id = s.listing_id and f.t0 = s.t0
where f.observed_mark is null
order by s.generation, s.event_time, s.listing_id
