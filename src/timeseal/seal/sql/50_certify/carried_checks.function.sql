-- purpose: the results that a run without a hash carries on, each with the run and the instant that it comes from
-- grain: one jsonb array; empty when nothing is carried
-- reads: nothing
-- writes: nothing
-- time: a result keeps the instant of the run that really had it
create or replace function audit.carried_checks(p_run audit.t0_cert_run) returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select coalesce(
    jsonb_agg(
      c.value || jsonb_build_object(
        'seconds', 0,
        'carried', coalesce(c.value -> 'carried', jsonb_build_object('run_id', p_run.run_id, 'at', p_run.certified_at)))
      order by c.ordinality),
    '[]'::jsonb)
  from jsonb_array_elements(p_run.checks) with ordinality as c (value, ordinality)
  where c.value ->> 'gate' in ('definition', 'volatility', 'order', 'firewall', 'clock', 'contract', 'key', 'drift', 'replay')
$$;
revoke all on function audit.carried_checks(audit.t0_cert_run) from public;
