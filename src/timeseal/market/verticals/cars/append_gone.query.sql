-- purpose: append one gone event per staged ad that stayed unseen for the grace period while the market was watched
-- grain: one row per ad that is gone
-- reads: pg_temp.ad_stage, raw.listing_event
-- writes: raw.listing_event
-- time: event_time = last sighting; known_at = last sighting + grace, since nobody knew before
insert into raw.listing_event (
  generation, listing_id, event, event_time, event_time_kind, known_at, price, price_kind, source, run_id, evidence)
select s.generation, s.listing_id, 'gone', s.last_seen, 'first_observed', s.last_seen + %(grace)s::interval, s.price, 'last_ask',
  %(source)s, %(run)s,
  jsonb_build_object('rule', 'unseen for the grace period', 'grace_hours', extract(epoch from %(grace)s::interval) / 3600)
from pg_temp.ad_stage as s
where s.last_seen + %(grace)s::interval < %(observed_until)s
  and not exists (
    select
    from raw.listing_event as e
    where e.generation = s.generation and e.listing_id = s.listing_id and e.event = 'gone' and e.source = %(source)s
  )
order by s.last_seen, s.generation, s.listing_id
