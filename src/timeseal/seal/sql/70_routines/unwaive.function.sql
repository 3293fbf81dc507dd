-- purpose: take a waiver back; the door that it helped to open is shut at once
-- grain: one waiver
-- reads: audit.waiver, audit.t0_cert_run
-- writes: audit.waiver_revocation, the fuse and version of the entrypoint
-- time: revoked_at is the wall clock
create or replace function audit.unwaive(p_waiver_id bigint, p_reason text) returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint text := (select w.entrypoint from audit.waiver as w where w.waiver_id = p_waiver_id);
  v_waivers jsonb;
begin
  if v_entrypoint is null or exists (select 1 from audit.waiver_revocation as r where r.waiver_id = p_waiver_id) then
    raise exception 'TS003: there is no waiver % to take back', coalesce(p_waiver_id::text, 'NULL')
      using errcode = 'TS003', detail = 'expected: a waiver in force; found: '
          || case when v_entrypoint is null then 'none of that number' else 'one already taken back' end,
        hint = 'Run: timeseal seal waivers';
  end if;
  if coalesce(btrim(p_reason), '') = '' then
    raise exception 'TS003: taking a waiver back needs a reason'
      using errcode = 'TS003', detail = 'expected: a sentence; found: nothing',
        hint = 'Run: timeseal seal unwaive ' || p_waiver_id || ' --reason TEXT';
  end if;
  insert into audit.waiver_revocation (waiver_id, reason) values (p_waiver_id, p_reason);
  select r.waivers into v_waivers from audit.t0_cert_run as r where r.entrypoint = v_entrypoint order by r.run_id desc limit 1;
  if v_waivers @> jsonb_build_array(jsonb_build_object('waiver_id', p_waiver_id)) then
    call audit.revoke_certificate(v_entrypoint, 'waiver ' || p_waiver_id || ' was taken back: ' || p_reason);
  end if;
  return v_entrypoint;
end
$$;
