-- purpose: let rows of a release in only while the run that loads it is open, all of them known from its publication on
-- grain: one insert statement; the argument names the knowledge-time column
-- reads: ref.release, what raw.admitting_run reads
-- writes: nothing
-- time: known_at = published_at of the release, so that a release is known whole or not at all
create or replace function ref.admit_rows() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_new record;
begin
  for v_new in execute format(
    'select n.release_id, r.run_id, r.published_at, n.first_known, n.last_known from ('
    'select a.release_id, min(a.%1$I) as first_known, max(a.%1$I) as last_known from new_facts as a group by a.release_id'
    ') as n left join ref.release as r on r.release_id = n.release_id order by n.release_id',
    tg_argv[0])
  loop
    perform raw.admitting_run(v_new.run_id);
    if (v_new.first_known = v_new.published_at and v_new.last_known = v_new.published_at) is not true then
      raise exception 'TS003: rows of release % refused', v_new.release_id
        using errcode = 'TS003',
          detail = format('expected: %s = %s, its publication; found: %s to %s',
            tg_argv[0], v_new.published_at, v_new.first_known, v_new.last_known),
          hint = 'What became known later is a release of its own. Run: timeseal geo release load --help';
    end if;
  end loop;
  return null;
end
$$;
