-- purpose: calendar, posting pressure and the trainer's price-pattern rules, policy version 2
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1, tom_features_v1_enriched
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: counts of ads with t0 - 720 hours <= their t0 < t0, strictly; the weekday is the market's
select
  e.generation,
  e.listing_id,
  e.t0,
  f.local_weekday as dow,
  (f.local_weekday >= 5)::integer as is_weekend,
  posted.in_cohort as gen_30d_post_count,
  posted.in_market as allgen_30d_post_count,
  nullif(e.battery_pct_fixed_ai, 0)::double precision as battery_pct_effective_fused,
  null::double precision as battery_img_minus_text,
  null::integer as battery_img_conflict,
  rule.clean::integer as rocket_clean,
  rule.heavy::integer as rocket_heavy,
  (rule.clean or rule.heavy)::integer as fast_pattern_v2,
  (e.ptv_final > 1.20 and e.delta_vs_sold_median_30d > 500)::integer as is_zombie_pattern,
  'trainer-2' as policy_version,
  e.edited_date,
  e.t0_day,
  greatest(e._max_known_at, posted.known_at) as _max_known_at
from tom_features_v1_enriched as e
join tom_features_v1 as f on f.generation = e.generation and f.listing_id = e.listing_id and f.t0 = e.t0
join (
  select
    n.generation,
    n.listing_id,
    n.t0,
    count(*) over in_cohort as in_cohort,
    count(*) over in_market as in_market,
    case when count(*) over in_market > 0 then max(n.t0) over before end as known_at
  from tom_features_v1 as n
  window
    in_cohort as (
      partition by n.generation order by n.t0
      range between interval '720 hours' preceding and interval '1 microsecond' preceding),
    in_market as (
      order by n.t0 range between interval '720 hours' preceding and interval '1 microsecond' preceding),
    before as (order by n.t0 range between unbounded preceding and interval '1 microsecond' preceding)
) as posted on posted.generation = e.generation and posted.listing_id = e.listing_id and posted.t0 = e.t0
-- unknown condition and severity: the market does not provide them, so neither rule can be judged
cross join lateral (
  select
    case when e.condition_score is not null or e.damage_severity_ai is not null then
      coalesce(e.damage_severity_ai, 0) in (0, 1)
      and coalesce(e.condition_score, 0) >= 0.70
      and coalesce(nullif(e.battery_pct_fixed_ai, 0), 84) >= 84
      and coalesce(e.ptv_final <= 0.95, false)
      and coalesce(e.delta_vs_sold_median_30d <= -500, false)
    end,
    case when e.condition_score is not null or e.damage_severity_ai is not null then
      coalesce(e.damage_severity_ai, 0) = 3
      and coalesce(e.ptv_final <= 0.95, false)
      and coalesce(e.delta_vs_sold_median_30d <= -2000, false)
    end
) as rule (clean, heavy)
