-- purpose: for drifted rows, compare each stored layer with what its defining view says now, cell by cell
-- grain: one row per differing cell
-- reads: stored layers and their defining views, for the given keys
-- writes: nothing
-- time: none
create or replace function audit.explain_rows(p_entrypoint text, p_keys jsonb)
returns table (layer text, row_key jsonb, column_name text, expected text, found text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_layer record;
begin
  for v_layer in
    select m.layer, m.stored::regclass as stored, m.source::regclass as source,
      (select string_agg(format('t.%1$I is not distinct from k.%1$I', c.name), ' and ')
        from unnest(m.key_columns) as c (name)) as matching,
      (select string_agg(format('%1$I %2$s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
        from pg_catalog.pg_attribute as a
        where a.attrelid = m.stored and a.attname = any (m.key_columns)) as record_type,
      (select string_agg(format('%1$L, t.%1$I', c.name), ', ' order by c.name)
        from unnest(m.key_columns) as c (name)) as key_object
    from audit.materialisation as m
    where m.store = v_ep.store and m.kind = 'feature' and m.key_columns <@ v_ep.key_columns
      and m.stored in (select b.objid from audit.build_closure(v_ep.relid) as b)
    order by m.ordinal
  loop
    return query execute format(
      'with k as (select distinct x.* from jsonb_to_recordset($1) as x (%1$s)), '
      's as (select jsonb_build_object(%2$s) as row_key, to_jsonb(t) as cells from %3$s as t join k on %4$s), '
      'd as (select jsonb_build_object(%2$s) as row_key, to_jsonb(t) as cells from %5$s as t join k on %4$s) '
      'select %6$L::text, coalesce(s.row_key, d.row_key), q.name, '
      'case when d.cells is null then ''no such row'' else coalesce(d.cells ->> q.name, ''NULL'') end, '
      'case when s.cells is null then ''row missing'' else coalesce(s.cells ->> q.name, ''NULL'') end '
      'from s full join d on d.row_key = s.row_key '
      'cross join lateral (select jsonb_object_keys(coalesce(d.cells, s.cells)) as name) as q '
      'where d.cells -> q.name is distinct from s.cells -> q.name order by 2, 3',
      v_layer.record_type, v_layer.key_object, v_layer.stored, v_layer.matching, v_layer.source, v_layer.layer)
      using p_keys;
  end loop;
end
$$;
