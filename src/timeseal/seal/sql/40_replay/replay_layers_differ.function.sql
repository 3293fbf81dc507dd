-- purpose: whether a layer that stood as stored differs from what its text gives in the rows under test
-- grain: one entrypoint and shadow
-- reads: stored feature layers, the shadow
-- writes: nothing
-- time: p_where bounds both sides to the rows under test; p_tick as in audit.replay_differs
create or replace function audit.replay_layers_differ(
  p_entrypoint audit.entrypoint,
  p_shadow text,
  p_where text,
  p_tick boolean
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_layer record;
  v_differs boolean;
begin
  for v_layer in
    select c.relid, c.bare_name, c.key_columns
    from audit.replay_clocked(p_entrypoint) as c
    order by c.ordinal
  loop
    execute 'select ' || audit.replay_pairs_differ(v_layer.relid, v_layer.key_columns,
      format('%I.%I', p_shadow, v_layer.bare_name), p_where, p_tick) into v_differs;
    if v_differs then
      return true;
    end if;
  end loop;
  return false;
end
$$;
