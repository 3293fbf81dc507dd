-- purpose: give a declared entrypoint its published runner and assertion names: thin wrappers, one implementation
-- grain: one entrypoint
-- reads: audit.entrypoint
-- writes: procedure audit.<runner>, function audit.<assertion>, audit.installed_routine
-- time: none
create or replace function audit.declare_runner(
  p_entrypoint text,
  p_runner text,
  p_arguments text default 'days',
  p_assertion text default null
) returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_signature text := 'p_check_days integer default 10'
    || case when p_arguments in ('days,drift', 'days,drift,limit')
      then ', p_update_drift_baselines boolean default true' else '' end
    || case when p_arguments = 'days,drift,limit' then ', p_sample_limit integer default 2000' else '' end;
begin
  execute format(
    'create or replace procedure audit.%I(%s) language plpgsql security definer '
    'set search_path = pg_catalog, pg_temp as $runner$ begin perform audit.follow_published(%L); perform audit.certify(%L, p_check_days, %s); end $runner$',
    p_runner, v_signature, v_ep.store, v_ep.entrypoint, case when p_arguments = 'days,drift,limit' then 'p_sample_limit' else '2000' end);
  execute format('revoke all on procedure audit.%I from public', p_runner);
  execute format('grant execute on procedure audit.%I to timeseal_certifier', p_runner);
  if p_assertion is not null then
    execute format(
      'create or replace function audit.%I(p_check_days integer default 10) returns void language sql volatile '
      'security definer set search_path = pg_catalog, pg_temp as $assertion$ '
      'select audit.assert_gates(%L, p_check_days) $assertion$', p_assertion, v_ep.entrypoint);
    execute format('revoke all on function audit.%I from public', p_assertion);
    execute format('grant execute on function audit.%I to timeseal_certifier', p_assertion);
  end if;
  perform audit.record_routines(array['audit.' || p_runner, 'audit.' || p_assertion]);
end
$$;
