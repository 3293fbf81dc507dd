-- purpose: the order book that an ad meets: who else is on offer in its class and area, at which prices, and how it comes and goes
-- grain: one row per (generation, listing_id, t0) of the clean layer
-- reads: tom_features_v1_enriched_clean, listing_place_v1, order_book_pool_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: what was known of others strictly before t0; first seen, changed or ended in the 720 hours before it
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  case
    when f.class_id is null then 'no_class'
    when place.market_area is null then 'no_place'
    when book.k > 0 then 'competitors'
    else 'alone'
  end as ob_state,
  case when cell.is_known then book.k end as ob_k_active_30d_sm,
  case when cell.is_known then (book.k > 0)::integer end as ob_has_comp_30d_sm,
  book.quantiles[2] as ob_median_price_30d_sm,
  round(ln(own.price / book.quantiles[2]::numeric), 6)::double precision as ob_lr_vs_median_30d_sm,
  round(ln(own.price / book.lowest), 6)::double precision as ob_lr_vs_min_30d_sm,
  f.price - book.quantiles[2] as ob_delta_vs_median_30d_sm,
  round((2 * book.cheaper + book.equal) / (2.0 * nullif(book.priced, 0)), 6)::double precision as ob_price_pctl_30d_sm,
  round(spread.log_p90_p10, 6)::double precision as ob_log_p90_p10_30d_sm,
  round(ln(own.price / book.quantiles[2]::numeric) / nullif(spread.log_p90_p10, 0), 6)::double precision
    as ob_lr_over_spread_30d_sm,
  case when cell.is_known then book.arrivals_7d end as ob_arrivals_7d_sm,
  case when cell.is_known then book.arrivals_30d end as ob_arrivals_30d_sm,
  case when cell.is_known then book.departures_7d end as ob_departures_7d_sm,
  case when cell.is_known then book.departures_30d end as ob_departures_30d_sm,
  greatest(f._max_known_at, place._max_known_at, book.known_at) as _max_known_at
from tom_features_v1_enriched_clean as f
left join listing_place_v1 as place
  on place.generation = f.generation and place.listing_id = f.listing_id and place.t0 = f.t0
cross join lateral (select f.class_id is not null and place.market_area is not null) as cell (is_known)
cross join lateral (select case when f.price > 0 then f.price::numeric end) as own (price)
cross join lateral (
  select
    count(*) filter (where p.in_stock)::integer as k,
    count(p.price) filter (where p.in_stock) as priced,
    percentile_cont(array[0.1, 0.5, 0.9]) within group (order by p.price) filter (where p.in_stock) as quantiles,
    min(p.price) filter (where p.in_stock) as lowest,
    case when f.price > 0 then count(*) filter (where p.in_stock and p.price < f.price) end as cheaper,
    count(*) filter (where p.in_stock and p.price = f.price) as equal,
    count(*) filter (where p.is_arrival and p.known_at >= f.t0 - interval '168 hours')::integer as arrivals_7d,
    count(*) filter (where p.is_arrival)::integer as arrivals_30d,
    count(*) filter (where p.is_departure and p.known_at >= f.t0 - interval '168 hours')::integer as departures_7d,
    count(*) filter (where p.is_departure)::integer as departures_30d,
    max(p.known_at) as known_at
  from (
    select
      o.price,
      o.is_arrival,
      o.is_departure,
      o.known_at,
      o.is_on_offer and o.t0 >= f.t0 - interval '720 hours' and (o.known_until is null or o.known_until >= f.t0) as in_stock
    from order_book_pool_v1 as o
    where o.class_id = f.class_id
      and o.market_area = place.market_area
      and o.known_at >= f.t0 - interval '720 hours'
      and o.known_at < f.t0
  ) as p
) as book
cross join lateral (
  select ln(book.quantiles[3]::numeric / book.quantiles[1]::numeric)
) as spread (log_p90_p10)
