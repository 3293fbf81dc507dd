-- purpose: the only way to labels for a trainer: what was known of each ad's end at an origin, and nothing later
-- grain: one row per (generation, listing_id, t0) first seen a grace period before the origin
-- reads: raw.listing_observation, raw.listing_event, raw.run, ref.market, audit.require_certified
-- writes: nothing
-- time: t0 < origin - grace; an end counts when known_at < origin, else the ad is censored at origin - grace
create or replace function ml.tom_labels_asof(p_origin timestamptz)
returns table (generation integer, listing_id bigint, t0 timestamptz, event boolean, duration_hours numeric)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_origin timestamptz := least(p_origin, raw.observed_until());
  v_censored_at timestamptz;
begin
  perform audit.require_certified('ml.survival_feature_store_t0_v1_v');
  if p_origin is null or v_origin is null then
    raise exception 'TS003: labels need an origin and a market that was watched'
      using errcode = 'TS003', detail = 'expected: a time; found: NULL', hint = 'Run: timeseal load cars';
  end if;
  -- Nothing is known after the end of watching, so a later origin says no more than that end.
  select v_origin - m.grace into v_censored_at from ref.market as m;
  return query
  select f.generation, f.listing_id, f.t0, min(h.event_time) is not null,
    extract(epoch from coalesce(min(h.event_time), v_censored_at) - f.t0) / 3600
  from (
    select o.generation, o.listing_id, min(o.observed_at) as t0
    from raw.listing_observation as o
    group by o.generation, o.listing_id
  ) as f
  left join raw.listing_event as h
    on h.generation = f.generation and h.listing_id = f.listing_id and h.event in ('gone', 'sold')
      and h.event_time >= f.t0 and h.event_time < v_censored_at and h.known_at < v_origin
  where f.t0 < v_censored_at
    and not exists (
      select
      from raw.listing_event as m
      where m.generation = f.generation and m.listing_id = f.listing_id and m.event = 'spam_marked'
        and m.known_at < v_origin and ref.excludes_listing(m.mark)
    )
  group by f.generation, f.listing_id, f.t0;
end
$$;
revoke all on function ml.tom_labels_asof(timestamptz) from public;
grant usage on schema ml to ml_training;
grant execute on function ml.tom_labels_asof(timestamptz) to ml_training;
