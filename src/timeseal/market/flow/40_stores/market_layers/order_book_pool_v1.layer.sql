-- purpose: what was known of each ad as a competitor, from one instant of knowledge to the next: on offer or not, and at which price
-- grain: one row per (generation, listing_id, known_at): an instant at which something became known of the ad
-- reads: listing_observation, listing_event, tom_features_v1, listing_place_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: holds for readers with known_at < t0 <= known_until (NULL: nothing newer is known); an end counts from when it was known
select
  s.generation,
  s.listing_id,
  s.known_at,
  s.known_until,
  f.class_id,
  place.market_area,
  -- what is known of an ad before its first sight makes it no competitor
  s.known_at >= f.t0 and s.is_alive and not s.is_reserved and not s.is_marked as is_on_offer,
  s.price,
  s.known_at = f.t0 and s.is_alive and not s.is_marked as is_arrival,
  s.known_at > f.t0 and s.was_alive and not s.is_alive and not s.is_marked as is_departure,
  f.t0,
  f.t0_day
from (
  -- a fact holds until the next of its kind: the newest step that says something, and what it says, in one number
  select
    g.generation,
    g.listing_id,
    g.known_at,
    lead(g.known_at) over so_far as known_until,
    coalesce(max(g.step * 2 + g.alive::integer) over so_far % 2, 0) = 1 as is_alive,
    coalesce(max(g.step * 2 + g.alive::integer) over before % 2, 0) = 1 as was_alive,
    coalesce(max(g.step * 2 + g.reserved::integer) over so_far % 2, 0) = 1 as is_reserved,
    coalesce(max(g.step * 2 + g.marked::integer) over so_far % 2, 0) = 1 as is_marked,
    (max(g.step * 10000000000 + g.price) over so_far % 10000000000)::integer as price
  from (
    select
      x.generation,
      x.listing_id,
      x.known_at,
      row_number() over (partition by x.generation, x.listing_id order by x.known_at) as step,
      -- of one instant: the end, the reservation, the mark and the lower price
      bool_and(x.alive) as alive,
      bool_or(x.reserved) as reserved,
      bool_or(x.marked) as marked,
      min(x.price) as price
    from (
      select
        o.generation,
        o.listing_id,
        o.observed_at as known_at,
        case when o.state_seen in ('live', 'older21days') then true when o.state_seen in ('sold', 'removed', 'gone') then false end
          as alive,
        o.is_inactive as reserved,
        null::boolean as marked,
        case when o.price > 0 then o.price end as price
      from listing_observation as o
      union all
      select
        e.generation,
        e.listing_id,
        e.known_at,
        case when e.event in ('gone', 'sold', 'removed') then false when e.event = 'relisted' then true end,
        case e.event when 'inactive' then true when 'active' then false end,
        case when e.event = 'spam_marked' then excludes_listing(e.mark) end,
        case when e.event = 'price_changed' and e.price > 0 then e.price end
      from listing_event as e
      where e.event in ('gone', 'sold', 'removed', 'relisted', 'inactive', 'active', 'spam_marked', 'price_changed')
    ) as x
    group by x.generation, x.listing_id, x.known_at
  ) as g
  window
    so_far as (partition by g.generation, g.listing_id order by g.known_at),
    before as (
      partition by g.generation, g.listing_id order by g.known_at
      range between unbounded preceding and interval '1 microsecond' preceding)
) as s
join tom_features_v1 as f on f.generation = s.generation and f.listing_id = s.listing_id
left join listing_place_v1 as place
  on place.generation = f.generation and place.listing_id = f.listing_id and place.t0 = f.t0
where f.duplicate_of is null
  and f.observed_mark is null
-- competitors of one cell lie together on disk, where the next layer looks for them
order by f.class_id, place.market_area, s.known_at, s.generation, s.listing_id
