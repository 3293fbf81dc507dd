-- purpose: what the inputs of a layer that are neither facts nor layers of its store say, each as a digest or a version
-- grain: one jsonb object, relation → state
-- reads: the relations, audit.stamp
-- writes: nothing
-- time: none
create or replace function audit.input_states(p_layer audit.materialisation) returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set row_security = off
as $$
declare
  v_input record;
  v_state text;
  v_states jsonb := '{}';
begin
  for v_input in
    select i.relid, s.version
    from audit.layer_inputs(p_layer.store) as i
    left join audit.stamp as s on s.relid = i.relid
    where i.layer = p_layer.layer and i.kind = 'other'
    order by i.relid
  loop
    v_state := 'version ' || v_input.version;
    if v_state is null then
      execute format('select count(*) || '' rows '' || coalesce(sum(hash_record_extended(x, 0)::numeric), 0) from %s as x',
        audit.relation_name(v_input.relid)) into v_state;
    end if;
    v_states := v_states || jsonb_build_object(v_input.relid, v_state);
  end loop;
  return v_states;
end
$$;
