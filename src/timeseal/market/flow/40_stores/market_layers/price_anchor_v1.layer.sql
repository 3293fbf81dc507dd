-- purpose: what comparable things went for, strict and smart, each set shrunk towards the wider one it is part of
-- grain: one row per (generation, listing_id, t0) of the clean layer
-- reads: tom_features_v1_enriched_clean, price_anchor_subject_v1, price_anchor_comparable_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: ends, prices and marks as known 120 hours before t0; ended at most 840, 1560 (strict) or 8760 (smart) hours before it
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  strict.median_30d as anchor_30d_t0,
  strict.n_30d as n30_t0,
  strict.median_60d as anchor_60d_t0,
  strict.n_60d as n60_t0,
  strict.n_wide as anchor_strict_wide_n,
  case
    when strict.n_30d >= 10 then 'days30'
    when strict.n_60d >= 10 then 'days60'
    when strict.n_wide > 0 then 'wide'
    when s.strict_cohort is not null then 'empty'
    else 'no_cohort'
  end as anchor_strict_level,
  blend.price::double precision as anchor_blend_t0,
  case when f.price > 0 then round(f.price / blend.price, 6)::double precision end as ptv_anchor_strict_t0,
  chosen.price::double precision as anchor_price_smart,
  chosen.median_seconds / 3600 as anchor_tts_median_h,
  chosen.support as anchor_n_support,
  chosen.level as anchor_level_k,
  case
    when chosen.support >= 20 then 'enough'
    when chosen.support > 0 then 'thin'
    when s.smart_cohort is not null then 'empty'
    else 'no_cohort'
  end as anchor_smart_state,
  case when f.price > 0 then round(f.price / chosen.price, 6)::double precision end as ptv_anchor_smart,
  greatest(f._max_known_at, strict.known_at, smart.known_at) as _max_known_at
from tom_features_v1_enriched_clean as f
join price_anchor_subject_v1 as s on s.generation = f.generation and s.listing_id = f.listing_id and s.t0 = f.t0
cross join lateral (
  select
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.is_alike and c.is_late) as median_30d,
    count(*) filter (where c.is_alike and c.is_late)::integer as n_30d,
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.is_alike) as median_60d,
    count(*) filter (where c.is_alike)::integer as n_60d,
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.is_alike and not c.is_late) as median_early,
    percentile_cont(0.5) within group (order by c.sold_price) as median_wide,
    count(*)::integer as n_wide,
    max(c.known_at) as known_at
  from (
    select
      m.sold_price,
      m.known_at,
      m.strict_group = s.strict_group as is_alike,
      m.event_time >= f.t0 - interval '840 hours' as is_late
    from price_anchor_comparable_v1 as m
    where m.strict_cohort = s.strict_cohort
      and m.event_time >= f.t0 - interval '1560 hours'
      and m.event_time < f.t0 - interval '120 hours'
      and m.known_at < f.t0 - interval '120 hours'
      and (m.known_until is null or m.known_until >= f.t0 - interval '120 hours')
  ) as c
) as strict
cross join lateral (
  select
    case
      when strict.n_60d > strict.n_30d
        then ((strict.n_60d - strict.n_30d) * strict.median_early::numeric + 2 * strict.median_wide::numeric)
          / (strict.n_60d - strict.n_30d + 2)
      else strict.median_wide::numeric
    end
) as early (price)
cross join lateral (
  select round(
    case when strict.n_30d > 0 then (strict.n_30d * strict.median_30d::numeric + 4 * early.price) / (strict.n_30d + 4)
      else early.price end, 6)
) as blend (price)
-- how far apart a comparable is: 0 alike in everything, 4 in its cohort alone; each level holds those before it
cross join lateral (
  select
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.apart = 0) as median_0,
    percentile_cont(0.5) within group (order by c.duration_seconds) filter (where c.apart = 0) as seconds_0,
    count(*) filter (where c.apart = 0)::integer as n_0,
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.apart <= 1) as median_1,
    percentile_cont(0.5) within group (order by c.duration_seconds) filter (where c.apart <= 1) as seconds_1,
    count(*) filter (where c.apart <= 1)::integer as n_1,
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.apart <= 2) as median_2,
    percentile_cont(0.5) within group (order by c.duration_seconds) filter (where c.apart <= 2) as seconds_2,
    count(*) filter (where c.apart <= 2)::integer as n_2,
    percentile_cont(0.5) within group (order by c.sold_price) filter (where c.apart <= 3) as median_3,
    percentile_cont(0.5) within group (order by c.duration_seconds) filter (where c.apart <= 3) as seconds_3,
    count(*) filter (where c.apart <= 3)::integer as n_3,
    percentile_cont(0.5) within group (order by c.sold_price) as median_4,
    percentile_cont(0.5) within group (order by c.duration_seconds) as seconds_4,
    count(*)::integer as n_4,
    max(c.known_at) as known_at
  from (
    select
      m.sold_price,
      m.duration_seconds,
      m.known_at,
      case
        when m.smart_4 <> s.smart_4 then 4
        when m.smart_3 <> s.smart_3 then 3
        when m.smart_2 <> s.smart_2 then 2
        when m.smart_1 <> s.smart_1 then 1
        else 0
      end as apart
    from price_anchor_comparable_v1 as m
    where m.smart_cohort = s.smart_cohort
      and m.event_time >= f.t0 - interval '8760 hours'
      and m.event_time < f.t0 - interval '120 hours'
      and m.known_at < f.t0 - interval '120 hours'
      and (m.known_until is null or m.known_until >= f.t0 - interval '120 hours')
  ) as c
) as smart
cross join lateral (select smart.median_4::numeric) as at_4 (price)
cross join lateral (
  select case when smart.n_3 > 0 then (smart.n_3 * smart.median_3::numeric + 10 * at_4.price) / (smart.n_3 + 10) else at_4.price end
) as at_3 (price)
cross join lateral (
  select case when smart.n_2 > 0 then (smart.n_2 * smart.median_2::numeric + 10 * at_3.price) / (smart.n_2 + 10) else at_3.price end
) as at_2 (price)
cross join lateral (
  select case when smart.n_1 > 0 then (smart.n_1 * smart.median_1::numeric + 10 * at_2.price) / (smart.n_1 + 10) else at_2.price end
) as at_1 (price)
cross join lateral (
  select case when smart.n_0 > 0 then (smart.n_0 * smart.median_0::numeric + 10 * at_1.price) / (smart.n_0 + 10) else at_1.price end
) as at_0 (price)
cross join lateral (
  select case
    when smart.n_0 >= 20 then 0
    when smart.n_1 >= 20 then 1
    when smart.n_2 >= 20 then 2
    when smart.n_3 >= 20 then 3
    when smart.n_4 > 0 then 4
  end
) as pick (level)
cross join lateral (
  select
    pick.level,
    round(case pick.level when 0 then at_0.price when 1 then at_1.price when 2 then at_2.price when 3 then at_3.price
      when 4 then at_4.price end, 6),
    case pick.level when 0 then smart.seconds_0 when 1 then smart.seconds_1 when 2 then smart.seconds_2
      when 3 then smart.seconds_3 when 4 then smart.seconds_4 end,
    case pick.level when 0 then smart.n_0 when 1 then smart.n_1 when 2 then smart.n_2 when 3 then smart.n_3
      else smart.n_4 end
) as chosen (level, price, median_seconds, support)
