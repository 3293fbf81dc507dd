-- purpose: what the outcomes and prices of earlier ads say about an ad: taught category, residual, rank
-- grain: one row per (generation, listing_id, t0)
-- reads: zoo_base, zoo_outcomes
-- writes: nothing; bound as a stored layer
-- time: outcomes with known_at < t0 that happened 24 hours before; prices of ads in [t0 - 720 hours, t0)
select
  b.generation,
  b.listing_id,
  b.t0,
  b.t0_day,
  b.band,
  taught.support as band_support,
  taught.fast_count::numeric / nullif(taught.support, 0) as band_fast_rate,
  b.price - peer.price_sum / nullif(peer.support, 0) as price_minus_mean,
  peer.cheaper::numeric / nullif(peer.support, 0) as price_place,
  greatest(taught.known_at, peer.known_at) as _max_known_at
from zoo_base as b
cross join lateral (
  select count(*), sum(o.fast), max(o.known_at)
  from zoo_outcomes as o
  where o.band = b.band
    and o.known_at < b.t0
    and o.event_time < b.t0 - interval '24 hours'
    and o.listing_id <> b.listing_id
) as taught (support, fast_count, known_at)
cross join lateral (
  select count(n.price), sum(n.price)::numeric, count(*) filter (where n.price < b.price), max(n.t0)
  from zoo_base as n
  where n.generation = b.generation
    and n.t0 >= b.t0 - interval '720 hours'
    and n.t0 < b.t0
    and n.listing_id <> b.listing_id
) as peer (support, price_sum, cheaper, known_at)
