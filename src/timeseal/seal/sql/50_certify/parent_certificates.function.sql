-- purpose: the certificates of the guarded views that an entrypoint is built on
-- grain: one jsonb array
-- reads: audit.entrypoint, audit.t0_cert_run
-- writes: nothing
-- time: none
create or replace function audit.parent_certificates(p_relid oid) returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('entrypoint', e.entrypoint, 'fingerprint', r.fingerprint, 'run_id', r.run_id)
      order by e.entrypoint), '[]'::jsonb)
    from audit.entrypoint as e
    left join lateral (
      select c.fingerprint, c.run_id
      from audit.t0_cert_run as c
      where c.entrypoint = e.entrypoint
      order by c.run_id desc
      limit 1
    ) as r on true
    where e.relid <> p_relid
      and e.guarded_relid in (select b.objid from audit.closure_walk(p_relid, 'build') as b where b.kind = 'guard')
  );
end
$$;
