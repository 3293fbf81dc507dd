-- purpose: the text of a layer over a copy of the rows that its reached units can read of the layer whose windows it walks
-- grain: one layer; NULL: the units lie so far apart, or so much is in their reach, that its view is as good
-- reads: the catalogue, audit.layer_reach, pg_temp.timeseal_unit, the layer that is walked
-- writes: a temporary table of the walked layer's name
-- time: t0 from the earliest unit - the longest look-back to the latest unit
create or replace function audit.near_text(p_layer audit.materialisation, out layer_text text, out path text)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_walked audit.materialisation;
  v_look_back interval;
  v_from timestamptz;
  v_until timestamptz;
  v_name text;
  v_schemas text;
  v_rows bigint;
begin
  select max(r.look_back) into v_look_back
  from audit.layer_reach as r
  where r.store = p_layer.store and r.layer = p_layer.layer and r.input = p_layer.walks
  having count(*) filter (where r.look_back is null and not p_layer.unit_column = any (r.by_expressions)) = 0;
  select m.* into v_walked from audit.materialisation as m where m.store = p_layer.store and m.layer = p_layer.walks;
  -- a name in the caller's temporary schema would be found before the relation that it means
  if v_look_back is null or v_walked.t0_column is null or exists (
    select from pg_catalog.pg_class as c where c.relnamespace = pg_my_temp_schema() and c.relname !~ '^timeseal_'
  ) or exists (
    select from pg_catalog.pg_type as t where t.typnamespace = pg_my_temp_schema() and t.typname !~ '^_?timeseal_'
  ) then
    return;
  end if;
  execute format('select min(x.%1$I) - $1, max(x.%1$I) from %2$s as x where %3$s',
    v_walked.t0_column, audit.relation_name(v_walked.stored), audit.unit_condition(p_layer, 'x'))
    into v_from, v_until using v_look_back;
  execute format('select count(*) from %1$s as x where x.%2$I between $1 and $2', audit.relation_name(v_walked.stored),
    v_walked.t0_column) into v_rows using v_from, v_until;
  if v_from is null or v_rows > coalesce(nullif(current_setting('timeseal.near_share', true), ''), '0.3')::float8
    * (select greatest(c.reltuples, 0) from pg_catalog.pg_class as c where c.oid = v_walked.stored)
  then
    return;
  end if;
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = v_walked.stored;
  select string_agg(distinct quote_ident(n.nspname), ', ') into v_schemas
  from audit.replay_needs(p_layer.source) as r (relid)
  join pg_catalog.pg_class as c on c.oid = r.relid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace;
  perform set_config('search_path', 'pg_catalog, ' || v_schemas || ', pg_temp', true);
  layer_text := rtrim(pg_get_viewdef(p_layer.source), ';');
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  execute format('create temporary table %I on commit drop as select x.* from %s as x where x.%I between $1 and $2',
    v_name, audit.relation_name(v_walked.stored), v_walked.t0_column) using v_from, v_until;
  if v_rows > 1000 then -- fewer are read faster than six indexes are built
    perform audit.replay_index(v_walked.stored, (select n.nspname from pg_catalog.pg_namespace as n where n.oid = pg_my_temp_schema()), v_name);
  end if;
  path := 'pg_temp, pg_catalog, ' || v_schemas;
end
$$;
