-- purpose: what a refresh would look at and why, layer by layer in the order of need; changes nothing
-- grain: one row per layer; why holds one line per cause
-- reads: what audit.refresh_reach and audit.layer_causes read
-- writes: audit.layer_input
-- time: a layer whose inputs are looked at is taken as reached: whether they differ is known when they were
create or replace function audit.refresh_plan(p_store text)
returns table (step integer, layer text, kind text, route text, why text[])
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_reach record;
  v_changed oid[];
  v_next record;
  v_layer audit.materialisation;
begin
  perform audit.note_inputs(p_store);
  select r.last_horizon, r.horizon, r.runs into v_reach from audit.refresh_reach(p_store) as r;
  v_changed := array(select f.relid from audit.changed_facts(p_store, v_reach.runs) as f);
  for v_next in select s.stored, s.step from audit.layer_steps(p_store) as s
  loop
    select m.* into v_layer from audit.materialisation as m where m.stored = v_next.stored;
    step := v_next.step;
    layer := v_layer.layer;
    kind := v_layer.kind;
    select coalesce(min(c.route), 'none'), coalesce(array_agg(concat_ws(': ', c.input, c.why)), '{}') into route, why
    from audit.layer_causes(v_layer, v_reach.last_horizon, v_reach.horizon, v_changed, '{}',
      audit.input_states(v_layer)) as c;
    if route <> 'none' then
      v_changed := v_changed || v_layer.stored;
    end if;
    return next;
  end loop;
end
$$;
