-- purpose: run gates now, as certification would, and record nothing: no certificate, no fuse, no baseline
-- grain: one jsonb array, an element per gate in the order of cost
-- reads: what the gates read
-- writes: nothing but what a replay logs when it is asked for
-- time: waivers expire by the wall clock
create or replace function audit.check_gates(
  p_entrypoint text,
  p_gates text[] default null,
  p_replay boolean default false,
  p_rows integer default 20
) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set standard_conforming_strings = on
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_unknown text;
  v_days jsonb;
  v_vetted boolean;
  v_gate record;
  v_checks jsonb := '[]'::jsonb;
begin
  select string_agg(coalesce(u.gate, 'NULL'), ', ') into v_unknown
  from unnest(p_gates) as u (gate)
  where not exists (select 1 from audit.gate_list() as g where g.gate = u.gate);
  if v_unknown is not null or p_rows is null or p_rows < 0 then
    raise exception 'TS003: % is no gate', coalesce(v_unknown, 'fewer than no rows')
      using errcode = 'TS003', detail = 'expected some of: '
          || (select string_agg(g.gate, ', ' order by g.ordinal) from audit.gate_list() as g),
        hint = 'Run: timeseal seal check ' || v_ep.entrypoint;
  end if;
  for v_gate in
    select g.gate, g.given, g.reads_rows
    from audit.gate_list() as g
    where case when p_gates is null then p_replay or g.gate <> 'replay' else g.gate = any (p_gates) end
    order by g.ordinal
  loop
    if v_gate.reads_rows then
      v_vetted := coalesce(v_vetted, audit.vetted(v_ep.entrypoint));
      if not v_vetted then
        v_checks := v_checks || audit.skipped_gate(v_gate.gate);
        continue;
      end if;
    end if;
    if v_gate.given = 'days' and v_days is null then
      v_days := audit.current_days(v_ep.entrypoint);
    end if;
    v_checks := v_checks || audit.run_gate(v_gate.gate, v_ep.entrypoint, v_days,
      'check ' || clock_timestamp()::text, p_rows);
  end loop;
  return v_checks;
end
$$;
