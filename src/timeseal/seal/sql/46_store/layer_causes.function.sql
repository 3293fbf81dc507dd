-- purpose: why a layer has to be looked at, and by which route: all its rows, or those of the units that a change can reach
-- grain: one row per cause; none: nothing below the layer changed
-- reads: audit.layer_state, audit.layer_reach, what audit.layer_inputs reads
-- writes: nothing
-- time: the rows from the last horizon to the new one belong to no change of their own
create or replace function audit.layer_causes(
  p_layer audit.materialisation,
  p_last_horizon timestamptz,
  p_horizon timestamptz,
  p_changed oid[],
  p_flooded oid[],
  p_inputs jsonb
) returns table (route text, input text, why text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_state audit.layer_state;
  v_come boolean := false;
begin
  select s.* into v_state from audit.layer_state as s where s.store = p_layer.store and s.layer = p_layer.layer;
  if v_state.stored is distinct from p_layer.stored then
    return query select 'full', null::text, 'it was never filled';
    return;
  elsif v_state.definition_sha256 is distinct from audit.layer_sha256(p_layer.source) then
    return query select 'full', null::text, 'its definition changed';
    return;
  elsif v_state.behind then
    return query select 'full', null::text, 'a publish left it out, since no reader needs it';
    return;
  end if;
  if p_layer.t0_column is not null and p_layer.rows_of is null and p_last_horizon is distinct from p_horizon then
    execute format('select exists (select from %s as v where %s)', audit.relation_name(p_layer.source),
      audit.reach_condition('v', p_layer.t0_column, p_last_horizon, p_horizon)) into v_come;
  end if;
  if v_come then
    return query
    select case when p_layer.unit_column is null or not exists (
        select from audit.layer_reach as r where r.store = p_layer.store and r.layer = p_layer.layer)
      then 'full' else 'units' end, null::text,
      format('t0 from %s up to the safe horizon %s', coalesce(p_last_horizon::text, 'the beginning'), p_horizon);
  end if;
  return query
  select
    case when i.kind = 'other' or i.relid = any (p_flooded) or i.kind = 'fact' and f.run_column is null or r.reach is null
      then 'full' else 'units' end,
    i.input,
    case
      when i.kind = 'other' then 'it changed'
      when i.relid = any (p_flooded) then 'most of its rows changed'
      when i.kind = 'fact' and f.run_column is null then 'facts without a run: nobody can say which are new'
      when r.reach is null then 'it changed, and the layer does not say how far that reaches'
      else r.reach
    end
  from audit.layer_inputs(p_layer.store) as i
  left join audit.fact_relation as f on f.relid = i.relid
  left join lateral (
    select 'the same row', 0
    where p_layer.rows_of = i.input
    union all
    select audit.reach_text(d, p_layer.t0_column), d.place
    from audit.layer_reach as d
    where d.store = p_layer.store and d.layer = p_layer.layer and d.input = i.input
  ) as r (reach, place) on true
  where i.layer = p_layer.layer and case when i.kind = 'other' then v_state.inputs -> i.relid::text is distinct from p_inputs -> i.relid::text
    else i.relid = any (p_changed) end
  order by i.input, r.place;
end
$$;
