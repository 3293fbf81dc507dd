-- purpose: releases that nobody may rest on: still being loaded, never finished, or other than they were when their load ended
-- grain: one row per release and problem
-- reads: ref.release, ref.release_content, ref.release_lane, raw.run
-- writes: nothing
-- time: every row of a release is known from its publication on
create or replace view ref.release_fault as
select r.release_id, 'its load did not end well: its run is ' || l.status as problem
from ref.release as r
join raw.run as l on l.run_id = r.run_id
where l.status <> 'closed'
union all
select r.release_id, 'its rows are not those that were loaded'
from ref.release as r
join raw.run as l on l.run_id = r.run_id
left join ref.release_content as c on c.release_id = r.release_id
left join ref.release_lane as w on w.release_id = r.release_id
where l.status <> 'open' and (
  coalesce(w.row_count, 0) is distinct from c.row_count
  or coalesce(w.lane, 0) is distinct from c.lane
  or w.first_known <> r.published_at
  or w.last_known <> r.published_at
);
