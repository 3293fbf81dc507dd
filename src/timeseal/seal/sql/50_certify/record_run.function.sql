-- purpose: turn the gates' results into one certificate row; on failure burn the fuse and warn
-- grain: one run
-- reads: audit.stamp, audit.entrypoint, the contract
-- writes: audit.t0_cert_run, baselines of new and open days, the fuse when failed
-- time: expiry is stored
create or replace function audit.record_run(
  p_entrypoint text,
  p_started timestamptz,
  p_bound jsonb,
  p_days jsonb,
  p_checks jsonb,
  p_asked jsonb
) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_versions bigint[] := array(select v.value::bigint from jsonb_array_elements_text(p_bound -> 'stamp_versions')
    with ordinality as v (value, n) order by v.n);
  v_failed text;
  v_status text;
  v_fuse bigint := (p_bound ->> 'fuse_value')::bigint;
  v_reason text := coalesce(nullif(current_setting('timeseal.reason', true), ''), 'published block');
  v_contract record;
  v_horizon timestamptz;
  v_hashed_at timestamptz := (p_asked ->> 'full_hash_at')::timestamptz;
  v_moved integer := (p_asked ->> 'moved')::integer; -- days hashed of those that an earlier run had hashed
  v_run_id bigint;
begin
  if array_position(v_versions, null) is not null then
    p_checks := p_checks || jsonb_build_object('gate', 'stamps', 'status', 'failed', 'findings', 1, 'seconds', 0,
      'waivers', '[]'::jsonb, 'first', jsonb_build_array(jsonb_build_object('gate', 'stamps', 'level', 'blocking',
        'object', v_ep.entrypoint, 'subject', 'versions', 'expected', 'a version row for every stored relation',
        'found', 'a relation without one', 'hint', 'timeseal doctor')));
  end if;
  select coalesce(string_agg(c.value ->> 'gate', ', ' order by c.ordinality) filter (where c.value ->> 'status' <> 'skipped'),
      'skipped') || '; first '
    || (array_agg(coalesce((c.value #>> '{first,0,object}') || ' ' || (c.value #>> '{first,0,subject}') || ': '
      || (c.value #>> '{first,0,found}'), 'without a finding') order by c.ordinality))[1]
  into v_failed
  from jsonb_array_elements(p_checks) with ordinality as c (value, ordinality)
  where c.value ->> 'status' not in ('passed', 'waived', 'warning', 'not applicable');
  v_status := case when v_failed is null then 'CERTIFIED' else 'FAILED' end;
  if v_status = 'CERTIFIED' then
    perform audit.accept_days(v_ep.entrypoint, (
      select coalesce(jsonb_agg(to_jsonb(c)), '[]'::jsonb) from audit.day_changes(v_ep.entrypoint, p_days) as c
      where c.verdict in ('first baseline', 'new day', 'open day')
    ), v_reason, null, (p_asked ->> 'sample_limit')::integer);
    perform audit.keep_witness(v_ep.entrypoint);
  else
    v_fuse := audit.burn_fuse(v_ep.entrypoint);
  end if;
  if v_ep.contract_set is not null then
    execute 'select s.features_hash, s.contract_sha256 from ml.feature_set as s where s.name = $1'
      into v_contract using v_ep.contract_set;
  else
    select null::text as features_hash, null::text as contract_sha256 into v_contract;
  end if;
  select s.horizon into v_horizon from audit.refresh_state as s where s.store = v_ep.store;
  insert into audit.t0_cert_run (
    entrypoint, entrypoint_relid, database_oid, system_identifier, server_started_at, status, started_at, certified_at, expires_at, check_days,
    sample_limit,
    viewdef_objects, dataset_days, dataset_rows, definition_sha256, settings_sha256, fingerprint, features_hash,
    contract_sha256, horizon, fact_runs, max_t0_day, stamp_relids, stamp_versions, stored_relids,
    catalog_classids, catalog_objids, catalog_stamp,
    fuse_value, parents, checks, waivers, protection, server_version_num, actor, reason, notes,
    data_checked, full_hash_at, basis_sha256, ledger_id, previous_sha256, row_sha256
  )
  select
    v_ep.entrypoint, v_ep.relid, d.oid, (select c.system_identifier from pg_control_system() as c),
    pg_postmaster_start_time(), v_status,
    p_started, p_started,
    -- a certificate outlives neither what it was waived by nor the last hash of every row
    least(p_started + v_ep.max_age, v_hashed_at + greatest(v_ep.max_age, v_ep.full_hash_every), (select min((w.value ->> 'expires_at')::timestamptz)
      from jsonb_array_elements(p_checks) as c (value), jsonb_array_elements(c.value -> 'waivers') as w (value))),
    (p_asked ->> 'check_days')::integer, (p_asked ->> 'sample_limit')::integer,
    -- where every gate passed, what was accepted is what there is
    case when v_status = 'CERTIFIED' then (
      select count(*) from audit.t0_viewdef_baseline as b
      where b.entrypoint = v_ep.entrypoint and b.server_major = current_setting('server_version_num')::integer / 10000
    ) else (select count(*) from audit.definition_objects(v_ep.relid)) end,
    (select count(*) from jsonb_object_keys(p_days)),
    (select coalesce(sum((x.value ->> 'rows')::bigint), 0) from jsonb_each(p_days) as x (key, value)),
    p_bound ->> 'definition_sha256', audit.settings_sha256(),
    audit.fingerprint_root_of(v_ep.relid, p_days),
    v_contract.features_hash, v_contract.contract_sha256, v_horizon, (
      select array_agg(i.run_id order by i.run_id) from audit.refresh_run as i where i.store = v_ep.store),
    (select max(x.key::date) from jsonb_object_keys(p_days) as x (key)),
    array(select v.value::oid from jsonb_array_elements_text(p_bound -> 'stamp_relids')
      with ordinality as v (value, n) order by v.n), v_versions,
    array(select v.value::oid from jsonb_array_elements_text(p_bound -> 'stored_relids')
      with ordinality as v (value, n) order by v.n),
    array(select v.value::oid from jsonb_array_elements_text(nullif(p_bound -> 'catalog_classids', 'null'))
      with ordinality as v (value, n) order by v.n),
    array(select v.value::oid from jsonb_array_elements_text(nullif(p_bound -> 'catalog_objids', 'null'))
      with ordinality as v (value, n) order by v.n),
    p_bound ->> 'catalog_stamp',
    v_fuse, p_bound -> 'parents', p_checks,
    (select coalesce(jsonb_agg(w.value), '[]'::jsonb)
      from jsonb_array_elements(p_checks) as c (value), jsonb_array_elements(c.value -> 'waivers') as w (value)),
    audit.protection_class(), current_setting('server_version_num')::integer, session_user, v_reason,
    coalesce('failed gates: ' || v_failed, 'all gates passed, '
      || coalesce(coalesce(v_moved || ' written days hashed, the others', 'data')
        || ' unchanged by version stamps since the full hash of ' || v_hashed_at, 'full coverage')
      || case when v_ep.replay = 'none' then '; what was known at t0 was not judged: no facts are declared' else '' end)
      || coalesce('; ' || (select h.note from audit.declared_history(v_ep.entrypoint) as h), ''),
    case when v_hashed_at is null then 'rows' when v_moved is null then 'stamps' else 'days' end, coalesce(v_hashed_at, p_started),
    p_bound ->> 'basis_sha256', audit.newest_ledger_id(v_ep.entrypoint), '', ''
  from pg_catalog.pg_database as d
  where d.datname = current_database()
  returning run_id into v_run_id;
  if v_status = 'FAILED' then
    raise warning '% was not certified; failed gates: %', v_ep.entrypoint, v_failed
      using hint = 'Run: timeseal explain ' || v_ep.entrypoint;
  end if;
  return v_run_id;
end
$$;
