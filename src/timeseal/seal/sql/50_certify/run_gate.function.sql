-- purpose: run one gate, apply the waivers on record, and count; an error inside a gate is a blocking finding
-- grain: one jsonb object per gate
-- reads: audit.waiver, what the gate reads
-- writes: nothing
-- time: waivers expire by the wall clock
create or replace function audit.run_gate(p_gate text, p_entrypoint text, p_argument anyelement) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_findings audit.finding[];
  v_open audit.finding[];
  v_waived jsonb;
begin
  begin
    if p_argument is null then
      execute format('select array_agg(f) from audit.%I($1) as f', 'gate_' || p_gate) into v_findings using p_entrypoint;
    else
      execute format('select array_agg(f) from audit.%I($1, $2) as f', 'gate_' || p_gate)
        into v_findings using p_entrypoint, p_argument;
    end if;
  exception when others then
    v_findings := array[row(p_gate, 'blocking', p_entrypoint, 'the gate itself', 'a result', sqlstate || ' ' || sqlerrm,
      'mend the error; a gate that cannot run does not pass')::audit.finding];
  end;
  select array_agg(f) filter (where w.waiver_id is null),
    jsonb_agg(distinct jsonb_build_object('waiver_id', w.waiver_id, 'gate', w.gate, 'subject', w.subject, 'reason', w.reason,
      'author', w.author, 'expires_at', w.expires_at)) filter (where w.waiver_id is not null)
  into v_open, v_waived
  from unnest(v_findings) as f
  left join lateral (
    select a.waiver_id, a.gate, a.subject, a.reason, a.author, a.expires_at
    from audit.waiver as a
    where a.entrypoint = p_entrypoint and a.gate = p_gate and (a.subject in (f.object, f.object || ' ' || f.subject)
        or (a.subject = f.subject and f.subject like '{%')) -- a row key names its row; a bare word names too much
      and a.expires_at > clock_timestamp()
    order by a.expires_at desc, a.waiver_id
    limit 1
  ) as w on true;
  return jsonb_build_object(
    'gate', p_gate,
    'status', case
      when exists (select 1 from unnest(v_open) as f where f.level is distinct from 'warning') then 'failed'
      when v_open is not null then 'warning'
      when v_waived is not null then 'waived'
      when audit.gate_applies(p_gate, p_entrypoint) then 'passed'
      else 'not applicable' end,
    'findings', coalesce(cardinality(v_open), 0),
    'first', coalesce((select jsonb_agg(to_jsonb(f)) from (select u.* from unnest(v_open) as u limit 20) as f), '[]'::jsonb),
    'waivers', coalesce(v_waived, '[]'::jsonb),
    'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 3));
end
$$;
