-- purpose: ended ads as comparables: at which price each counts, from one instant of knowledge to the next
-- grain: one row per (generation, listing_id, known_at) of an ended ad with a known price and no mark
-- reads: sold_prices_v1, sold_durations_v1, price_anchor_subject_v1, tom_features_v1, listing_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: holds for readers with known_at < cut <= known_until (NULL: nothing newer is known); an audited price replaces the told one
select
  c.generation,
  c.listing_id,
  c.known_at,
  c.known_until,
  c.sold_price,
  d.event_time,
  d.duration_seconds,
  s.strict_cohort,
  s.strict_group,
  s.smart_cohort,
  s.smart_1,
  s.smart_2,
  s.smart_3,
  s.smart_4,
  d.t0,
  d.t0_day
from (
  select
    g.generation,
    g.listing_id,
    g.known_at,
    lead(g.known_at) over so_far as known_until,
    coalesce(max(g.audited) over so_far, max(g.told) over so_far) as sold_price,
    coalesce(max(g.step * 2 + g.marked::integer) over so_far % 2, 0) = 1 as is_marked
  from (
    select
      x.generation,
      x.listing_id,
      x.known_at,
      row_number() over (partition by x.generation, x.listing_id order by x.known_at) as step,
      max(x.audited) as audited,
      max(x.told) as told,
      bool_or(x.marked) as marked
    from (
      select
        p.generation,
        p.listing_id,
        p.known_at,
        case when p.price_kind = 'audited' then p.sold_price end as audited,
        case when p.price_kind <> 'audited' then p.sold_price end as told,
        null::boolean as marked
      from sold_prices_v1 as p
      union all
      select e.generation, e.listing_id, e.known_at, null, null, excludes_listing(e.mark)
      from listing_event as e
      where e.event = 'spam_marked'
    ) as x
    group by x.generation, x.listing_id, x.known_at
  ) as g
  window so_far as (partition by g.generation, g.listing_id order by g.known_at)
) as c
join sold_durations_v1 as d on d.generation = c.generation and d.listing_id = c.listing_id
join price_anchor_subject_v1 as s on s.generation = d.generation and s.listing_id = d.listing_id and s.t0 = d.t0
join tom_features_v1 as f on f.generation = d.generation and f.listing_id = d.listing_id and f.t0 = d.t0
where c.sold_price > 0
  and not c.is_marked
  and coalesce(s.strict_cohort, s.smart_cohort) is not null
  and f.duplicate_of is null
-- comparables of a cohort lie together on disk, where the next layer looks for them
order by s.strict_cohort, d.event_time, c.generation, c.listing_id, c.known_at
