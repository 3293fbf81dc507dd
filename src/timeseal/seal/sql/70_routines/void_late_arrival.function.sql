-- purpose: a declared backfill below a certified horizon voids every certificate whose horizon lies above it
-- grain: one closed backfill run
-- reads: audit.t0_cert_run, audit.entrypoint
-- writes: audit.stamp, audit.layer_write
-- time: p_known_at is the earliest knowledge time the backfill carried
create or replace function audit.void_late_arrival(p_known_at timestamptz, p_run bigint) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_ep record;
  v_voided integer := 0;
begin
  for v_ep in
    select e.relid
    from audit.entrypoint as e
    where e.store is not null and e.horizon_function is not null
      and (
        -- a publish that runs now has not seen the backfill; one that comes later waits for this lock and will
        not pg_try_advisory_xact_lock(hashtextextended('timeseal refresh ' || e.store, 0))
        or exists (
          select 1 from audit.t0_cert_run as r
          where r.entrypoint = e.entrypoint and r.status = 'CERTIFIED' and r.horizon > p_known_at
        )
      )
    order by e.entrypoint
  loop
    perform audit.advance_stamp(v_ep.relid, format('late arrival: run %s carries facts known at %s', p_run, p_known_at));
    -- facts came and no row was written: the row of the stamp is ours, so that nobody counted between
    insert into audit.layer_write (relid, from_version, to_version, t0_days)
    select s.relid, s.version - 1, s.version, '{}'
    from audit.stamp as s
    where s.relid = v_ep.relid;
    v_voided := v_voided + 1;
  end loop;
  return v_voided;
end
$$;
