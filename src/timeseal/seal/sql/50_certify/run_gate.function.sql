-- purpose: run one gate, set aside what waivers in force accept, and count the rest
-- grain: one jsonb object per gate
-- reads: audit.waiver, what the gate reads
-- writes: what the gate writes
-- time: measures how long the gate took
create or replace function audit.run_gate(
  p_gate text,
  p_entrypoint text,
  p_days jsonb,
  p_seed text,
  p_rows integer default 20
) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_may_warn boolean := coalesce((select g.may_warn from audit.gate_list() as g where g.gate = p_gate), false);
  v_found record;
  v_waivers jsonb;
begin
  select array_agg(f.finding) filter (where f.waiver_id is null) as open,
    coalesce(jsonb_agg(to_jsonb(f.finding) || jsonb_build_object('waiver_id', f.waiver_id))
      filter (where f.waiver_id is not null), '[]'::jsonb) as waived,
    coalesce(array_agg(distinct f.waiver_id) filter (where f.waiver_id is not null), '{}') as waiver_ids
  into v_found
  from audit.gate_findings(p_gate, p_entrypoint, p_days, p_seed) as f;
  select coalesce(jsonb_agg(jsonb_build_object('waiver_id', w.waiver_id, 'gate', w.gate, 'subject', w.subject,
    'reason', w.reason, 'author', w.author, 'expires_at', w.expires_at,
    'given_for', case when w.rule_sha256 is null then 'whatever the relation holds' else 'this rule and these values' end) order by w.waiver_id), '[]'::jsonb)
  into v_waivers
  from audit.waiver as w
  where w.waiver_id = any (v_found.waiver_ids);
  return jsonb_build_object(
    'gate', p_gate,
    'status', case
      when exists (select 1 from unnest(v_found.open) as f where f.level is distinct from 'warning' or not v_may_warn) then 'failed'
      when v_found.open is not null then 'warning'
      when v_waivers <> '[]'::jsonb then 'waived'
      when audit.gate_applies(p_gate, p_entrypoint) then 'passed'
      else 'not applicable' end,
    'findings', coalesce(cardinality(v_found.open), 0),
    -- some of each object: the twentieth bad row of one rule says less than the first of the next
    'first', coalesce((select jsonb_agg(f.finding order by f.n) from (
      select to_jsonb(u) - 'n' as finding, u.n from unnest(v_found.open) with ordinality as u (gate, level, object, subject, expected, found, hint, n)
      order by row_number() over (partition by u.object order by u.n), u.n limit p_rows) as f), '[]'::jsonb),
    'waived', v_found.waived,
    'waivers', v_waivers,
    'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 3))
    || case when p_gate = 'replay' then audit.replay_record(p_entrypoint, p_seed) else '{}' end;
end
$$;
