-- purpose: how fast things of one class and price to value went, as known when a day began; younger ends weigh more
-- grain: one row per (anchor_day, generation, size_class, ptv_bucket) with support
-- reads: speed_anchor_sale_v1, tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: ends known before anchor_day began (UTC), of the 90 days before it; days from the first end to the newest ad's
with
  counted as (
    select
      s.generation,
      s.size_class,
      s.ptv_bucket,
      date '1970-01-01' + a.day as anchor_day,
      count(*) as support,
      percentile_cont(0.5) within group (order by s.duration_seconds) as median_seconds,
      min(s.sold_day) as min_sold_day_used,
      max(s.sold_day) as max_sold_day_used,
      max(s.known_at) as known_at
    from speed_anchor_sale_v1 as s
    cross join (select max(f.t0_day) as newest from tom_features_v1 as f) as last
    cross join lateral generate_series(
      s.from_day - date '1970-01-01', least(s.upto_day, last.newest) - date '1970-01-01') as a (day)
    group by s.generation, s.size_class, s.ptv_bucket, a.day
  ),
  -- weights halve in 90 days: 0.5^((a - d) / 90) = 2^(d / 90) / 2^(a / 90), so that running sums need only the first factor
  weight as (
    select d.day, round(power(2::numeric, (d.day - date '1970-01-01') / 90.0), 9) as w
    from (
      select distinct s.sold_day from speed_anchor_sale_v1 as s
      union
      select c.anchor_day from counted as c
    ) as d (day)
  ),
  change as (
    select s.generation, s.size_class, s.ptv_bucket, e.day, e.sign, w.w, s.duration_seconds / 3600.0 as hours
    from speed_anchor_sale_v1 as s
    join weight as w on w.day = s.sold_day
    cross join lateral (values (s.from_day, 1), (s.upto_day + 1, -1)) as e (day, sign)
    union all
    select c.generation, c.size_class, c.ptv_bucket, c.anchor_day, 0, 0, 0
    from counted as c
  ),
  running as (
    select
      c.generation,
      c.size_class,
      c.ptv_bucket,
      c.day,
      sum(sum(c.sign * c.w)) over until_day as w,
      sum(sum(c.sign * c.w * c.w)) over until_day as w2,
      sum(sum(c.sign * c.w) filter (where c.hours <= 168)) over until_day as fast7,
      sum(sum(c.sign * c.w) filter (where c.hours <= 24)) over until_day as fast24,
      sum(sum(c.sign * c.w) filter (where c.hours > 504)) over until_day as slow21
    from change as c
    group by c.generation, c.size_class, c.ptv_bucket, c.day
    window until_day as (partition by c.generation, c.size_class, c.ptv_bucket order by c.day)
  )
select
  c.anchor_day,
  c.generation,
  c.size_class,
  c.ptv_bucket,
  c.support::integer as support,
  round(r.w / today.w, 9)::double precision as sum_w,
  round(coalesce(r.fast7, 0) / r.w, 9)::double precision as speed_fast7_anchor,
  round(coalesce(r.fast24, 0) / r.w, 9)::double precision as speed_fast24_anchor,
  round(coalesce(r.slow21, 0) / r.w, 9)::double precision as speed_slow21_anchor,
  c.median_seconds / 3600 as speed_median_hours_ptv,
  round(r.w * r.w / r.w2, 6)::double precision as speed_n_eff_ptv,
  c.min_sold_day_used,
  c.max_sold_day_used,
  c.anchor_day::timestamp at time zone 'UTC' as anchor_at,
  c.known_at
from counted as c
join weight as today on today.day = c.anchor_day
join running as r
  on r.generation = c.generation and r.size_class = c.size_class and r.ptv_bucket = c.ptv_bucket and r.day = c.anchor_day
