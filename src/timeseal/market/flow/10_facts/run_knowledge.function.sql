-- purpose: the earliest and latest knowledge time among the facts of a run; a release is known from its publication on
-- grain: one run
-- reads: raw.listing_observation, raw.listing_event, raw.attribute_event, raw.image_asset, raw.image_label_event, ref.release
-- writes: nothing
-- time: known_at
create or replace function raw.run_knowledge(p_run bigint, out first_known timestamptz, out last_known timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select min(f.first_known), max(f.last_known)
  from (
    select min(o.observed_at) as first_known, max(o.observed_at) as last_known
    from raw.listing_observation as o where o.run_id = p_run
    union all
    select min(e.known_at), max(e.known_at) from raw.listing_event as e where e.run_id = p_run
    union all
    select min(a.known_at), max(a.known_at) from raw.attribute_event as a where a.run_id = p_run
    union all
    select min(i.known_at), max(i.known_at) from raw.image_asset as i where i.run_id = p_run
    union all
    select min(l.known_at), max(l.known_at) from raw.image_label_event as l where l.run_id = p_run
    union all
    select min(r.published_at), max(r.published_at) from ref.release as r where r.run_id = p_run
  ) as f;
$$;
