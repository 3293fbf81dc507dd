-- purpose: pinned reference releases that were published after the first ad; each needs a waiver of its own, for the rows it holds
-- grain: one release
-- reads: release, release_content, tom_features_v1
-- writes: nothing
-- time: published_at against the earliest t0
select r.release_id, c.rows_sha256
from release as r
left join release_content as c on c.release_id = r.release_id
where r.pinned and r.published_at > (select min(f.t0) from tom_features_v1 as f)
