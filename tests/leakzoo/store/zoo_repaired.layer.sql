-- purpose: attributes that another source gave, and what the seller did before
-- grain: one row per (generation, listing_id, t0)
-- reads: zoo_base, attribute_event
-- writes: nothing; bound as a stored layer
-- time: attribute events with known_at < t0, never from an audit of sales; the seller's ads before t0
select
  b.generation,
  b.listing_id,
  b.t0,
  b.t0_day,
  c.value::numeric as condition_score,
  c.source as condition_source,
  s.ads as seller_ads_720h,
  s.last_price as seller_last_price,
  greatest(c.known_at, s.known_at) as _max_known_at
from zoo_base as b
left join lateral (
  select a.value, a.source, a.known_at
  from attribute_event as a
  where a.generation = b.generation
    and a.listing_id = b.listing_id
    and a.attribute = 'condition_score'
    and a.known_at < b.t0
    and a.source <> 'post_sale'
  order by a.known_at desc, a.source, a.method, a.method_version
  limit 1
) as c on true
cross join lateral (
  select count(*), max(n.price) filter (where n.t0 = l.t0), max(n.t0)
  from zoo_base as n
  cross join (
    select max(e.t0)
    from zoo_base as e
    where e.seller_key = b.seller_key and e.t0 < b.t0 and e.listing_id <> b.listing_id
  ) as l (t0)
  where n.seller_key = b.seller_key
    and n.t0 >= b.t0 - interval '720 hours'
    and n.t0 < b.t0
    and n.listing_id <> b.listing_id
) as s (ads, last_price, known_at)
