-- purpose: certify one entrypoint: gates and hash between two readings of its versions; record the result, never raise on it
-- grain: one run
-- reads: everything below the entrypoint
-- writes: audit.t0_cert_run, baselines of new and open days, the fuse when failed
-- time: the certificate starts to age when its reading starts
create or replace function audit.certify(
  p_entrypoint text,
  p_check_days integer default null,
  p_sample_limit integer default 2000
) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set standard_conforming_strings = on
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_started timestamptz;
  v_before record;
  v_after record;
  v_carried audit.t0_cert_run;
  v_moved date[];
  v_days jsonb;
  v_checks jsonb;
  v_attempt integer := 0;
  v_stable boolean := false;
  v_rows bigint;
begin
  if v_ep.retired_at is not null then
    raise exception 'TS003: % is retired', v_ep.entrypoint
      using errcode = 'TS003', detail = 'expected: a declared entrypoint; found: retired at ' || v_ep.retired_at,
        hint = 'Run: timeseal seal add';
  end if;
  -- a row lock: an advisory lock could be held by anybody who can log in
  perform 1 from audit.entrypoint as e where e.entrypoint = v_ep.entrypoint for no key update;
  while not v_stable and v_attempt < 3 loop
    v_attempt := v_attempt + 1;
    v_started := clock_timestamp();
    select s.* into v_before from audit.read_stamps(v_ep.relid) as s;
    -- where nothing moved since a certified run, its day digests stand for the hash; where refreshes did, of the other days
    v_moved := null;
    v_carried := audit.carried_run(v_ep.entrypoint, to_jsonb(v_before));
    v_checks := audit.carried_checks(v_carried);
    if v_carried.run_id is null then
      v_carried := audit.carried_run(v_ep.entrypoint, to_jsonb(v_before), array['stamp_versions']);
      v_moved := case when v_carried.run_id is not null then audit.moved_days(v_ep, v_carried, v_before.stamp_versions) end;
      v_carried := case when v_moved is not null then v_carried end;
      if v_moved is not null then
        execute format('select count(*) from %s', audit.relation_name(v_ep.relid)) into v_rows;
      end if;
      v_checks := audit.carried_static(v_ep.entrypoint, to_jsonb(v_before)) || audit.carried_replay(v_carried, v_before.stamp_versions, v_rows);
    end if;
    select g.days, g.checks into v_days, v_checks
    from audit.run_gates(
      v_ep.entrypoint, left(encode(sha256(convert_to(
        coalesce(v_before.definition_sha256, '') || v_started::text, 'UTF8')), 'hex'), 12),
      case when v_carried.run_id is not null then audit.carried_days(v_ep, coalesce(v_moved, '{}')) end, v_checks
    ) as g;
    select s.* into v_after from audit.read_stamps(v_ep.relid) as s;
    v_stable := v_before is not distinct from v_after;
  end loop;
  if not v_stable then
    v_checks := v_checks || jsonb_build_object('gate', 'race', 'status', 'failed', 'findings', 1, 'seconds', 0,
      'waivers', '[]'::jsonb, 'first', jsonb_build_array(jsonb_build_object('gate', 'race', 'level', 'blocking',
        'object', v_ep.entrypoint, 'subject', 'versions', 'expected', 'unchanged while being certified',
        'found', 'changed in each of 3 attempts', 'hint', 'timeseal store publish')));
  end if;
  return audit.record_run(v_ep.entrypoint, v_started, to_jsonb(v_before), v_days, v_checks,
    jsonb_build_object('check_days', p_check_days, 'sample_limit', p_sample_limit,
      'full_hash_at', v_carried.full_hash_at, 'moved', cardinality(v_moved)));
end
$$;
