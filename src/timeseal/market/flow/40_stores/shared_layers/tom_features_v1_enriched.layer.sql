-- purpose: base snapshot with speed, supply and value anchors and the price against them
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1, sold_durations_v1, ask_median_v1, sold_prices_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: ended ads with event_time in [t0 - 336 h or 720 h, t0), known_at < t0; an audited price replaces the other one
select
  f.listing_id,
  f.edited_date,
  f.generation,
  f.model,
  f.storage_gb,
  f.price,
  f.condition_score,
  f.battery_pct_fixed_ai,
  f.damage_severity_ai,
  f.damage_binary_ai,
  f.seller_rating,
  f.review_count,
  f.member_since_year,
  f.location_city,
  f.postal_code,
  f.title,
  f.description,
  f.title_length,
  f.description_length,
  speed.median_seconds / 3600 as anchor_median_hours_14d,
  speed.support as anchor_14d_n,
  speed.level as anchor_14d_level,
  ask.ask_median_price,
  ask.ask_cnt,
  value.median_price as sold_median_price_30d,
  value.support as sold_cnt_30d,
  value.level as sold_30d_level,
  ratio.ptv_sold_30d,
  ratio.ptv_ask_day,
  f.price - value.median_price as delta_vs_sold_median_30d,
  f.price - ask.ask_median_price as delta_vs_ask_median_day,
  case
    when value.support >= 10 and ratio.ptv_sold_30d is not null then ratio.ptv_sold_30d
    when ask.ask_cnt >= 5 then ratio.ptv_ask_day
  end as ptv_final,
  f.t0,
  f.t0_day,
  f.size_class,
  f.class_id,
  f.duplicate_of,
  f.observed_mark,
  greatest(f._max_known_at, ask._max_known_at, speed.known_at, value.known_at) as _max_known_at
from tom_features_v1 as f
join ask_median_v1 as ask
  on ask.generation = f.generation and ask.listing_id = f.listing_id and ask.t0 = f.t0
cross join lateral (
  select
    percentile_cont(0.5) within group (order by d.duration_seconds) as median_seconds,
    count(*)::integer as support,
    max(d.known_at) as known_at
  from sold_durations_v1 as d
  where d.class_id = f.class_id
    and d.event_time >= f.t0 - interval '336 hours'
    and d.event_time < f.t0
    and d.known_at < f.t0
    and d.listing_id <> f.listing_id
) as speed_class
cross join lateral (
  select
    percentile_cont(0.5) within group (order by d.duration_seconds) as median_seconds,
    count(*)::integer as support,
    max(d.known_at) as known_at
  from sold_durations_v1 as d
  where speed_class.support < 10
    and d.generation = f.generation
    and d.event_time >= f.t0 - interval '336 hours'
    and d.event_time < f.t0
    and d.known_at < f.t0
    and d.listing_id <> f.listing_id
) as speed_cohort
cross join lateral (
  select
    percentile_cont(0.5) within group (order by s.sold_price) as median_price,
    count(*)::integer as support,
    max(s.known_at) as known_at
  from (
    select distinct on (p.generation, p.listing_id) p.sold_price, p.known_at
    from sold_prices_v1 as p
    where p.class_id = f.class_id
      and p.event_time >= f.t0 - interval '720 hours'
      and p.event_time < f.t0
      and p.known_at < f.t0
      and p.listing_id <> f.listing_id
    order by p.generation, p.listing_id, p.price_kind = 'audited' desc, p.event_time, p.price_kind
  ) as s
) as value_class
cross join lateral (
  select
    percentile_cont(0.5) within group (order by s.sold_price) as median_price,
    count(*)::integer as support,
    max(s.known_at) as known_at
  from (
    select distinct on (p.generation, p.listing_id) p.sold_price, p.known_at
    from sold_prices_v1 as p
    where value_class.support < 10
      and p.generation = f.generation
      and p.event_time >= f.t0 - interval '720 hours'
      and p.event_time < f.t0
      and p.known_at < f.t0
      and p.listing_id <> f.listing_id
    order by p.generation, p.listing_id, p.price_kind = 'audited' desc, p.event_time, p.price_kind
  ) as s
) as value_cohort
cross join lateral (
  select
    case when speed_class.support >= 10 then speed_class.median_seconds else speed_cohort.median_seconds end,
    case when speed_class.support >= 10 then speed_class.support else speed_cohort.support end,
    case when speed_class.support >= 10 then 'class' when speed_cohort.support > 0 then 'cohort' end,
    case when speed_class.support >= 10 then speed_class.known_at else speed_cohort.known_at end
) as speed (median_seconds, support, level, known_at)
cross join lateral (
  select
    case when value_class.support >= 10 then value_class.median_price else value_cohort.median_price end,
    case when value_class.support >= 10 then value_class.support else value_cohort.support end,
    case when value_class.support >= 10 then 'class' when value_cohort.support > 0 then 'cohort' end,
    case when value_class.support >= 10 then value_class.known_at else value_cohort.known_at end
) as value (median_price, support, level, known_at)
cross join lateral (
  select
    case when f.price > 0 and value.median_price > 0 then f.price / value.median_price end,
    case when f.price > 0 and ask.ask_median_price > 0 then f.price / ask.ask_median_price end
) as ratio (ptv_sold_30d, ptv_ask_day)
