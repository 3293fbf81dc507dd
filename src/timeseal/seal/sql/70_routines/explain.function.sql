-- purpose: name what is wrong below an entrypoint: cause, object, row, cell, expected, found, command that mends it
-- grain: one row per cause, most fundamental first
-- reads: the registry, baselines, stored layers and their defining views
-- writes: nothing
-- time: none
create or replace function audit.explain(p_entrypoint text, p_max_rows integer default 20)
returns table (cause text, object text, row_key jsonb, column_name text, expected text, found text, fix text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_door text[] := audit.door_cause(v_ep.entrypoint, v_ep.max_age);
  v_days date[];
  v_keys jsonb;
  v_cells integer;
begin
  if v_door is not null then
    return query select 'the door is closed'::text, v_ep.entrypoint, null::jsonb, null::text,
      'a valid certificate'::text, v_door[2],
      case when v_door[3] like 'timeseal explain %' then 'timeseal certify ' || v_ep.entrypoint else v_door[3] end;
  end if;
  return query
  select 'gate ' || (c.value ->> 'gate') || ' failed', f.value ->> 'object', null::jsonb, f.value ->> 'subject',
    f.value ->> 'expected', f.value ->> 'found', f.value ->> 'hint'
  from audit.t0_cert_run as r
  cross join lateral jsonb_array_elements(r.checks) as c (value)
  cross join lateral jsonb_array_elements(c.value -> 'first') as f (value)
  where r.run_id = (select max(l.run_id) from audit.t0_cert_run as l where l.entrypoint = v_ep.entrypoint)
    and r.status = 'FAILED' and c.value ->> 'status' = 'failed' and c.value ->> 'gate' not in ('drift', 'definition');
  return query
  select 'a definition changed'::text, g.object, null::jsonb, null::text, g.expected, g.found, g.hint
  from audit.gate_definition(v_ep.entrypoint) as g;
  if not audit.vetted(v_ep.entrypoint) then
    return;
  end if;
  select coalesce(array_agg(c.t0_day), '{}') into v_days
  from audit.day_changes(v_ep.entrypoint, audit.current_days(v_ep.entrypoint)) as c
  where c.verdict not in ('first baseline', 'new day', 'open day');
  select coalesce(jsonb_agg(r.row_key), '[]'::jsonb) into v_keys
  from (select c.row_key from audit.row_changes(v_ep.entrypoint, v_days) as c
    order by c.t0_day, c.row_key limit p_max_rows) as r;
  if v_keys = '[]'::jsonb then
    return;
  end if;
  return query
  select 'a cell differs from what the facts say: written outside publish'::text,
    'store.' || e.layer, e.row_key, e.column_name, e.expected, e.found,
    ('timeseal store publish ' || v_ep.store || ' --full')::text
  from audit.explain_rows(v_ep.entrypoint, v_keys) as e;
  get diagnostics v_cells = row_count;
  if v_cells = 0 then
    return query
    select case
        when v_ep.store is null then 'the row differs from its accepted leaf: its table was written to'
        else 'the row changed although every stored layer agrees with its facts: a late arrival, a correction or a definition'
      end,
      v_ep.entrypoint, c.row_key, null::text, 'the accepted leaf of ' || c.t0_day, c.change,
      format('restore the row and run: timeseal certify %1$s; or accept it within a budget: '
        'SET timeseal.budget = ''late_arrival''; CALL audit.rebaseline_last_n_days(%1$L::regclass)', v_ep.entrypoint)
    from audit.row_changes(v_ep.entrypoint, v_days) as c
    order by c.t0_day, c.row_key
    limit p_max_rows;
  end if;
end
$$;
