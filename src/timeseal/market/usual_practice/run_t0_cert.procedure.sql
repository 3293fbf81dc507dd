-- purpose: the habit's second step: compare the newest baselined days with their hashes and write the verdict
-- grain: one row per relation
-- reads: usual_practice.hash_baseline, the relation
-- writes: usual_practice.cert_registry
-- time: certified_at is a wall-clock record
create or replace procedure usual_practice.run_t0_cert(
  p_relation regclass,
  p_check_days integer,
  p_sample_limit integer
)
language plpgsql
as $$
declare
  v_checked integer;
  v_drifted integer;
begin
  select count(*),
    count(*) filter (
      where b.dataset_sha256 is distinct from usual_practice.dataset_sha256(p_relation, b.t0_day, p_sample_limit)
    )
  into v_checked, v_drifted
  from (
    select h.t0_day, h.dataset_sha256
    from usual_practice.hash_baseline as h
    where h.entrypoint = p_relation::text
    order by h.t0_day desc
    limit p_check_days
  ) as b;
  insert into usual_practice.cert_registry as r (entrypoint, status, certified_at, dataset_days, notes)
  values (p_relation::text, case when v_drifted = 0 then 'CERTIFIED' else 'FAILED' end, clock_timestamp(), v_checked,
    format('%s of %s checked days drifted', v_drifted, v_checked))
  on conflict (entrypoint) do update
  set status = excluded.status, certified_at = excluded.certified_at, dataset_days = excluded.dataset_days,
    notes = excluded.notes;
end
$$;
