-- purpose: the asking price against those of the 720 hours before it in its super metro and its municipality
-- grain: one row per (generation, listing_id, t0) of tom_features_v1_enriched_clean, whether it asks a price or not
-- reads: tom_features_v1_enriched_clean, listing_place_v1, market_base_socio_t0_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: other ads with t0 - 720 hours <= their t0 < t0, strictly; 20 of them or nothing is compared
select
  w.generation,
  w.listing_id,
  w.t0,
  w.edited_date,
  w.t0_day,
  comp.n_super as comp_n_30d_super,
  round(w.sum_super / nullif(comp.n_super, 0), 6)::double precision as comp_log_price_mean_30d_super,
  case when comp.n_super > 0 then w.max_t0_super end as comp_max_t0_super,
  comp.n_kommune as comp_n_30d_kommune,
  round(w.sum_kommune / nullif(comp.n_kommune, 0), 6)::double precision as comp_log_price_mean_30d_kommune,
  case when comp.n_kommune > 0 then w.max_t0_kommune end as comp_max_t0_kommune,
  rel.super as rel_log_price_to_comp_mean30_super,
  rel.kommune as rel_log_price_to_comp_mean30_kommune,
  coalesce(rel.super, rel.kommune) as rel_price_best,
  case when rel.super is not null then 1 when rel.kommune is not null then 2 end as rel_price_source,
  (coalesce(rel.super, rel.kommune) is null)::integer as miss_rel_price,
  greatest(
    w.known_at,
    case when comp.n_super > 0 then w.max_t0_super end,
    case when comp.n_kommune > 0 then w.max_t0_kommune end) as _max_known_at
from (
  select
    a.generation,
    a.listing_id,
    a.t0,
    a.edited_date,
    a.t0_day,
    a.super,
    a.kommune,
    a.log_price,
    a.known_at,
    count(a.log_price) over in_super as n_super,
    sum(a.log_price) over in_super as sum_super,
    max(a.priced_t0) over super_before as max_t0_super,
    count(a.log_price) over in_kommune as n_kommune,
    sum(a.log_price) over in_kommune as sum_kommune,
    max(a.priced_t0) over kommune_before as max_t0_kommune
  from (
    select e.generation, e.listing_id, e.t0, e.edited_date, e.t0_day, p.super_metro_v4_geo as super,
      coalesce(p.kommune_place_code4, p.kommune_code4) as kommune, b.log_price_mkt::numeric as log_price,
      case when b.log_price_mkt is not null then e.t0 end as priced_t0,
      greatest(e._max_known_at, p._max_known_at, b._max_known_at) as known_at
    from tom_features_v1_enriched_clean as e
    left join listing_place_v1 as p on p.generation = e.generation and p.listing_id = e.listing_id and p.t0 = e.t0
    left join market_base_socio_t0_v1 as b on b.generation = e.generation and b.listing_id = e.listing_id and b.t0 = e.t0
  ) as a
  window
    in_super as (
      partition by a.super order by a.t0
      range between interval '720 hours' preceding and interval '1 microsecond' preceding),
    super_before as (
      partition by a.super order by a.t0
      range between unbounded preceding and interval '1 microsecond' preceding),
    in_kommune as (
      partition by a.kommune order by a.t0
      range between interval '720 hours' preceding and interval '1 microsecond' preceding),
    kommune_before as (
      partition by a.kommune order by a.t0
      range between unbounded preceding and interval '1 microsecond' preceding)
) as w
cross join lateral (
  select
    case when w.super is not null then w.n_super else 0 end::integer,
    case when w.kommune is not null then w.n_kommune else 0 end::integer
) as comp (n_super, n_kommune)
cross join lateral (
  select
    case when comp.n_super >= 20 then round(w.log_price - w.sum_super / comp.n_super, 6)::double precision end,
    case when comp.n_kommune >= 20 then round(w.log_price - w.sum_kommune / comp.n_kommune, 6)::double precision end
) as rel (super, kommune)
