-- purpose: the first stored layer in whose rows a difference begins
-- grain: one column of an entrypoint
-- reads: stored feature layers, the shadow
-- writes: nothing
-- time: p_where bounds both sides to rows decided before the cut
create or replace function audit.replay_origin(
  p_entrypoint audit.entrypoint,
  p_column text,
  p_where text,
  p_shadow text,
  p_found text default null
) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_layer record;
  v_columns text;
begin
  for v_layer in
    select m.stored, m.layer, m.key_columns, m.t0_column
    from audit.materialisation as m
    join audit.replay_relations(p_entrypoint.relid) as r on r.relid = m.stored
    where m.kind = 'feature' and m.t0_column = p_entrypoint.t0_column and p_entrypoint.key_columns <@ m.key_columns
    order by m.store = p_entrypoint.store desc, m.ordinal
  loop
    select string_agg(d.column_name, ', ') into v_columns
    from audit.replay_differences(v_layer.stored, p_shadow, v_layer.key_columns, v_layer.t0_column, p_where,
      p_found) as d
    where d.column_name in (p_column, '(row)') or not exists (
      select 1 from pg_catalog.pg_attribute as a where a.attrelid = v_layer.stored and a.attname = p_column);
    if v_columns is not null then
      return format('it begins in layer %s (%s)', v_layer.layer, v_columns);
    end if;
  end loop;
  return 'it begins in the entrypoint itself';
end
$$;
