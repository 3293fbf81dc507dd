-- purpose: close a run after its last fact, with its counts, and let the planner see a large load
-- grain: one run
-- reads: raw.run
-- writes: raw.run
-- time: none
create or replace function raw.close_run(
  p_run bigint,
  p_rows_in bigint default null,
  p_rows_new bigint default null,
  p_rows_quarantined bigint default null
) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform raw.end_run(p_run, 'closed');
  update raw.run as r
  set rows_in = p_rows_in, rows_new = p_rows_new, rows_quarantined = p_rows_quarantined
  where r.run_id = p_run;
  perform audit.analyze_grown(array(
    select c.oid
    from pg_catalog.pg_class as c
    where c.relkind = 'r' and c.relnamespace in ('raw'::regnamespace, 'ref'::regnamespace)
  ));
end
$$;
