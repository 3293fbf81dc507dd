-- purpose: labels: did the ad end, after how long; censored where it was removed or no longer watched
-- grain: one row per (generation, listing_id, t0) first seen a grace period before the end of watching
-- reads: tom_features_v1, listing_event, run, market
-- writes: nothing; bound as a stored layer and a published materialized view, outside every certified closure
-- time: as known at the end of watching; risk starts at t0, ends at the end of watching minus grace
select
  f.listing_id,
  f.edited_date,
  f.generation,
  d.event_time as sold_date,
  coalesce(d.event_time, ended.censored_at) as last_seen,
  d.event_time is not null as sold_event,
  extract(epoch from coalesce(d.event_time, ended.censored_at) - f.t0) / 3600 as duration_hours,
  f.t0,
  f.t0_day
from tom_features_v1 as f
cross join (
  select w.until, w.until - m.grace as censored_at
  from market as m
  cross join (
    select max(coalesce(r.observed_until, r.max_known_at)) as until
    from run as r
    where r.status = 'closed' and r.kind <> 'reference'
  ) as w
) as watched
cross join lateral (
  select least(watched.censored_at, min(r.event_time))
  from listing_event as r
  where r.generation = f.generation
    and r.listing_id = f.listing_id
    and r.event = 'removed'
    and r.event_time >= f.t0
    and r.known_at < watched.until
) as ended (censored_at)
-- the first known end, as in the speed history, but from the facts: labels are refreshed before that history is
left join listing_event as d
  on d.generation = f.generation and d.listing_id = f.listing_id
    and d.event in ('gone', 'sold') and d.event_time >= f.t0
    and d.known_at < watched.until and d.event_time < watched.censored_at and d.event_time <= ended.censored_at
    and not exists (
      select
      from listing_event as p
      where p.generation = d.generation
        and p.listing_id = d.listing_id
        and p.event in ('gone', 'sold')
        and p.event_time >= f.t0
        and (p.known_at, p.event_time, p.event, p.source) < (d.known_at, d.event_time, d.event, d.source)
    )
where f.t0 < watched.censored_at
