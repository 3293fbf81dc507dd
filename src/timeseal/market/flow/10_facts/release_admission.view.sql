-- purpose: may a reference release be joined to the ads of this market: its publication against the earliest t0
-- grain: one row per release
-- reads: ref.release, ref.geo_mapping_current, raw.listing_observation
-- writes: nothing
-- time: published_at <= earliest t0 is admitted, up to the last sight for later ads; then refused unless pinned under a waiver
create or replace view ref.release_admission as
select r.release_id, r.title, r.published_at, m.earliest_t0,
  case
    when m.earliest_t0 is null then 'no ads yet'
    when r.published_at <= m.earliest_t0 then 'admitted'
    when r.pinned or p.release_id is not null then 'pinned under waiver'
    when r.published_at < m.latest_t0 then 'from its date'
    else 'refused'
  end as verdict,
  case
    when m.earliest_t0 is null then 'nothing to compare with'
    when r.published_at <= m.earliest_t0 then 'published before the first ad'
    when r.pinned or p.release_id is not null then 'published after the first ad; joined as a fixed map, by declaration'
    when r.published_at < m.latest_t0 then 'published after the first ad; only later ads may read it, as of their t0'
    else 'published after the first ad; no row may read it'
  end as reason
from ref.release as r
left join ref.geo_mapping_current as p on p.release_id = r.release_id
cross join (select min(o.observed_at) as earliest_t0, max(o.observed_at) as latest_t0 from raw.listing_observation as o) as m;
