-- purpose: what a reach that names the columns it reads leaves unsaid: columns of the input that the layer reads besides
-- grain: one reach; NULL when it says everything
-- reads: audit.layer_reach, audit.materialisation, the catalogue
-- writes: nothing
-- time: none; keys are always said: a row with another key is another row
create or replace function audit.unsaid_columns(
  p_layer audit.materialisation,
  p_reach audit.layer_reach,
  p_input oid,
  p_columns text[]
) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_said text[] := audit.reach_columns(p_reach, p_input)
    || (select m.key_columns from audit.materialisation as m where m.stored = p_input);
  v_elsewhere text[];
begin
  if p_columns is null then
    return 'columns that nobody can list: the text takes whole rows, or reads them through a view';
  end if;
  -- elsewhere holds only where something else is there
  select coalesce(array_agg(distinct c.name), '{}') into v_elsewhere
  from unnest(p_reach.elsewhere) as c (name)
  where p_layer.rows_of = p_reach.input or exists (
    select
    from audit.layer_reach as o
    where o.store = p_reach.store and o.layer = p_reach.layer and o.input = p_reach.input and o.place <> p_reach.place
      and (o.reads is null and p_layer.unit_column = any (o.by_expressions) or c.name = any (audit.reach_columns(o, p_input))));
  return (
    select string_agg(c.name, ', ' order by c.name)
    from (
      select unnest(p_columns) except select unnest(v_said) except select unnest(v_elsewhere)
      union
      (select unnest(p_reach.elsewhere) except select unnest(p_columns))
    ) as c (name)
  );
end
$$;
