-- purpose: what one gate objects to, each finding with the waiver in force that accepts it; an error inside a gate is a finding
-- grain: one finding
-- reads: audit.waiver_in_force, what audit.waiver_outlived and the gate read
-- writes: what the gate writes
-- time: waivers expire by the wall clock
create or replace function audit.gate_findings(p_gate text, p_entrypoint text, p_days jsonb, p_seed text)
returns table (finding audit.finding, waiver_id bigint)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_listed record;
  v_findings audit.finding[];
begin
  select g.given, g.waivable into v_listed from audit.gate_list() as g where g.gate = p_gate;
  begin
    case v_listed.given
      when 'nothing' then
        execute format('select array_agg(f) from audit.%I($1) as f', 'gate_' || p_gate) into v_findings using p_entrypoint;
      when 'days' then
        execute format('select array_agg(f) from audit.%I($1, $2) as f', 'gate_' || p_gate)
          into v_findings using p_entrypoint, p_days;
      when 'seed' then
        execute format('select array_agg(f) from audit.%I($1, $2) as f', 'gate_' || p_gate)
          into v_findings using p_entrypoint, p_seed;
    end case;
  exception when others then
    v_findings := array[row(p_gate, 'blocking', p_entrypoint, 'the gate itself', 'a result', sqlstate || ' ' || sqlerrm,
      'mend the error; a gate that cannot run does not pass')::audit.finding];
  end;
  return query
  select row(f.gate, f.level, f.object, f.subject, f.expected, f.found, case when w.outlived is null then f.hint else
      format('waiver %s holds no more, %s: look at the row, then: timeseal seal waive %s --gate %s --subject %L --renew --days N',
        w.waiver_id, w.outlived, p_entrypoint, p_gate, f.object || ' ' || f.subject) end)::audit.finding,
    case when w.outlived is null then w.waiver_id end
  from unnest(v_findings) with ordinality as f (gate, level, object, subject, expected, found, hint, ordinality)
  left join lateral (
    select a.waiver_id, o.outlived
    from audit.waiver_in_force as a
    cross join lateral audit.waiver_outlived(a.waiver_id) as o (outlived)
    where a.entrypoint = p_entrypoint and a.gate = p_gate
      and case v_listed.waivable
        -- one row of one rule; a bare word would name too much, and a bare row every rule that there will ever be
        when 'row' then f.subject like '{%' and a.subject = f.object || ' ' || f.subject
        when 'reference' then f.level = 'warning' and a.subject = f.object
        else false end
    order by o.outlived is not null, a.expires_at desc, a.waiver_id
    limit 1
  ) as w on true
  order by f.ordinality;
end
$$;
