-- purpose: the only way to labels for a trainer: what was known of each ad's end at an origin, and nothing later
-- grain: one row per (generation, listing_id, t0) first seen a grace period before the origin; of those there at the landmark when asked
-- reads: raw.listing_observation, raw.listing_event, raw.run, ref.market, audit.entrypoint, audit.require_certified
-- writes: nothing
-- time: t0 < origin - grace; an end counts when known_at < origin, else the ad is censored at origin - grace; the first end counts
create or replace function ml.tom_labels_asof(p_origin timestamptz, p_landmark boolean default false)
returns table (
  generation integer, listing_id bigint, t0 timestamptz, event boolean, duration_hours numeric, outcome text, entry_hours numeric,
  at_risk boolean, fast24 boolean, slow21 boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_landmark boolean := coalesce(p_landmark, false);
  v_origin timestamptz := least(p_origin, raw.observed_until());
  v_censored_at timestamptz;
  v_entry interval;
begin
  perform audit.require_certified(ml.label_surface(v_landmark));
  if p_origin is null or v_origin is null then
    raise exception 'TS003: labels need an origin and a market that was watched'
      using errcode = 'TS003', detail = 'expected: a time; found: NULL', hint = 'Run: timeseal load --help';
  end if;
  -- Nothing is known after the end of watching, so a later origin says no more than that end.
  select v_origin - m.grace, case when v_landmark then m.landmark else interval '0 hours' end
  into v_censored_at, v_entry
  from ref.market as m;
  return query
  with ad as (
    select o.generation, o.listing_id, min(o.observed_at) as t0
    from raw.listing_observation as o
    group by o.generation, o.listing_id
  ),
  labelled as (
    select a.generation, a.listing_id, a.t0, coalesce(h.event, 'censored') as outcome,
      extract(epoch from coalesce(h.event_time, v_censored_at) - a.t0) / 3600 as hours,
      extract(epoch from v_entry) / 3600 as entry
    from ad as a
    left join lateral (
      select e.event, e.event_time
      from raw.listing_event as e
      where e.generation = a.generation and e.listing_id = a.listing_id and e.event in ('gone', 'sold', 'removed')
        and e.event_time >= a.t0 and e.event_time < v_censored_at and e.known_at < v_origin
      order by e.event_time, e.event = 'removed', e.event
      limit 1
    ) as h on true
    where a.t0 + v_entry < v_censored_at
      and not exists (
        select
        from raw.listing_event as e
        where v_landmark and e.generation = a.generation and e.listing_id = a.listing_id
          and e.event in ('gone', 'sold', 'removed') and e.known_at < a.t0 + v_entry
      )
      and not exists (
        select
        from raw.listing_event as m
        where m.generation = a.generation and m.listing_id = a.listing_id and m.event = 'spam_marked'
          and m.known_at = (
            select max(l.known_at)
            from raw.listing_event as l
            where l.generation = a.generation and l.listing_id = a.listing_id and l.event = 'spam_marked' and l.known_at < v_origin)
          and ref.excludes_listing(m.mark)
      )
  )
  select l.generation, l.listing_id, l.t0, l.outcome in ('gone', 'sold'), l.hours, l.outcome, l.entry,
    not v_landmark or l.hours > l.entry,
    case
      when l.outcome in ('gone', 'sold') then l.hours <= 24
      when l.outcome = 'removed' or l.hours >= 24 then false
    end,
    case
      when l.hours >= 504 then true
      when l.outcome <> 'censored' then false
    end
  from labelled as l;
end
$$;
revoke all on function ml.tom_labels_asof(timestamptz, boolean) from public;
grant usage on schema ml to ml_training;
grant execute on function ml.tom_labels_asof(timestamptz, boolean) to ml_training;
