-- purpose: the rows of each release as a number and a sum of hashes: finds a change fast, where ref.release_rows proves there is none
-- grain: one row per release that has rows
-- reads: every reference table
-- writes: nothing
-- time: a row says when it is known
create or replace view ref.release_lane as
select w.release_id, count(*) as row_count, sum(w.hash) as lane, min(w.known_at) as first_known, max(w.known_at) as last_known
from (
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.city_to_super_metro as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.cohort as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.fylke_history as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.geo_district as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.geo_postal as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.kommune_code_history as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.kommune_socio_history as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.kreis_income as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.postal_code_to_kommune_history as x
  union all
  select x.release_id, x.known_at, hash_record_extended(x, 0) from ref.postal_code_to_super_metro as x
) as w (release_id, known_at, hash)
group by w.release_id;
