-- purpose: the habit's first step: whatever the newest days hold now becomes what is expected of them
-- grain: one row per relation and t0_day, for the n newest days
-- reads: the relation
-- writes: usual_practice.hash_baseline
-- time: days of the session's zone
create or replace procedure usual_practice.rebaseline_last_n_days(
  p_relation regclass,
  p_n integer,
  p_sample_limit integer
)
language plpgsql
as $$
declare
  v_day date;
begin
  for v_day in execute format(
    'select d.day from (select distinct t.edited_date::date as day from %s as t) as d order by d.day desc limit $1',
    p_relation) using p_n
  loop
    insert into usual_practice.hash_baseline as b (entrypoint, t0_day, dataset_sha256)
    values (p_relation::text, v_day, usual_practice.dataset_sha256(p_relation, v_day, p_sample_limit))
    on conflict (entrypoint, t0_day) do update set dataset_sha256 = excluded.dataset_sha256;
  end loop;
end
$$;
