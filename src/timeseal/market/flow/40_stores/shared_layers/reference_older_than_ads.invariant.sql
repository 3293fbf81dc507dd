-- purpose: pinned reference releases that were published after the first ad; each needs a waiver of its own
-- grain: one release
-- reads: release, tom_features_v1
-- writes: nothing
-- time: published_at against the earliest t0
select r.release_id
from release as r
where r.pinned and r.published_at > (select min(f.t0) from tom_features_v1 as f)
