-- purpose: model tier, and the price against income beside those of earlier ads of its segment: residual and decile
-- grain: one row per (generation, listing_id, t0) of tom_features_v1_enriched_clean
-- reads: tom_features_v1_enriched_clean, tom_features_v1, socio_kommune_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: ads of the segment with their t0 < t0, strictly, each as it stood at its own t0; 30 of them or nothing is said
with ad as (
  select
    e.generation,
    e.listing_id,
    e.t0,
    e.edited_date,
    e.t0_day,
    said.tier,
    -- generation, tier and kind of income in one number
    e.generation * 16 + 2 * array_position(array['base', 'mini', 'plus', 'pro', 'pro_max'], said.tier)
      + (s.income_kind = 'gross')::integer as segment,
    case when f.is_bidding is not true then s.log_price_to_income_cap::numeric end as ratio,
    case
      when f.is_bidding is true then 'auction'
      when s.log_price_to_income_cap is null then 'no_ratio'
      when said.tier = 'unknown' then 'unknown_tier'
    end as reason,
    greatest(e._max_known_at, s._max_known_at) as known_at
  from tom_features_v1_enriched_clean as e
  left join tom_features_v1 as f on f.generation = e.generation and f.listing_id = e.listing_id and f.t0 = e.t0
  left join socio_kommune_v1 as s on s.generation = e.generation and s.listing_id = e.listing_id and s.t0 = e.t0
  cross join lateral (
    select case
      when name.words ~ '\ypro ?max\y' then 'pro_max'
      when name.words ~ '\ypro\y' then 'pro'
      when name.words ~ '\ymini\y' then 'mini'
      when name.words ~ '\yplus\y' then 'plus'
      when name.words ~ '\yiphone\y|\y1[0-9]e?\y' then 'base'
      else 'unknown'
    end
    from (select lower(coalesce(nullif(btrim(e.model), ''), e.title, '') collate "C")) as name (words)
    -- offset: read once per ad
    offset 0
  ) as said (tier)
),
-- the ratio in thousandths above its lower bound, 0 to 2354: six digits to the base of 4
compared as (
  select a.generation, a.listing_id, a.t0, a.segment, a.ratio,
    round((a.ratio + 5.964859) * 1000)::integer as code
  from ad as a
  where a.reason is null
),
segment as (
  select
    c.generation,
    c.listing_id,
    c.t0,
    count(*) over before as support,
    sum(c.ratio) over before as total,
    max(c.t0) over before as known_at,
    count(*) over same_before as equal
  from compared as c
  window
    before as (
      partition by c.segment order by c.t0
      range between unbounded preceding and interval '1 microsecond' preceding),
    same_before as (
      partition by c.segment, c.code order by c.t0
      range between unbounded preceding and interval '1 microsecond' preceding)
),
-- earlier ads below an ad: those that share its digits down to one place and have a smaller digit there
below as (
  select d.generation, d.listing_id, d.t0, sum(d.smaller)::bigint as smaller
  from (
    select
      c.generation,
      c.listing_id,
      c.t0,
      case when c.digit > 0 then count(*) filter (where c.digit = 0) over before else 0 end
        + case when c.digit > 1 then count(*) filter (where c.digit = 1) over before else 0 end
        + case when c.digit > 2 then count(*) filter (where c.digit = 2) over before else 0 end as smaller
    from (
      select c.generation, c.listing_id, c.t0, c.segment, place.n * 1024 + (c.code >> (2 * place.n + 2)) as shared,
        (c.code >> (2 * place.n)) & 3 as digit
      from compared as c
      cross join generate_series(0, 5) as place (n)
    ) as c
    window before as (
      partition by c.segment, c.shared order by c.t0
      range between unbounded preceding and interval '1 microsecond' preceding)
  ) as d
  group by d.generation, d.listing_id, d.t0
)
select
  a.generation,
  a.listing_id,
  a.t0,
  a.edited_date,
  a.t0_day,
  a.tier as model_tier_socio,
  coalesce(g.support, 0) as aff_n_in_seg,
  case when g.support >= 30 then round(a.ratio - g.total / g.support, 6)::double precision end as aff_resid_in_seg,
  case when g.support >= 30 then least(10, (20 * b.smaller + 10 * g.equal) / (2 * g.support) + 1)::integer end
    as aff_decile_in_seg,
  coalesce(a.reason, case when g.support >= 30 then 'known' else 'few_in_segment' end) as aff_state,
  greatest(a.known_at, g.known_at) as _max_known_at
from ad as a
left join segment as g on g.generation = a.generation and g.listing_id = a.listing_id and g.t0 = a.t0
left join below as b on b.generation = a.generation and b.listing_id = a.listing_id and b.t0 = a.t0
