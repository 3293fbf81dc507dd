-- purpose: the first day that was still open when the entrypoint was last certified; earlier days may never change
-- grain: one entrypoint
-- reads: audit.t0_cert_run
-- writes: nothing
-- time: the UTC day of the certified horizon (or of the certification, where no horizon is declared)
create or replace function audit.closed_until(p_entrypoint text) returns date
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select (coalesce(r.horizon, r.certified_at) at time zone 'UTC')::date
  from audit.t0_cert_run as r
  where r.entrypoint = p_entrypoint and r.status = 'CERTIFIED'
  order by r.run_id desc
  limit 1;
$$;
