-- purpose: what the layers of a store say of given rows: by their defining views now, and by their published views when last refreshed
-- grain: one row per layer relation, row and column
-- reads: defining and published views of the store, for the given keys
-- writes: nothing
-- time: none; a candidate is an old value only where its digest equals the accepted one
create or replace function audit.cell_candidates(p_entrypoint text, p_keys jsonb, p_columns text[])
returns table (row_key jsonb, column_name text, said text, digest integer)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set extra_float_digits = 3
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_layer record;
begin
  for v_layer in
    select audit.object_fqn('pg_class'::regclass, r.relid) as relation,
      (select string_agg(format('t.%1$I is not distinct from k.%1$I', c.name), ' and ')
        from unnest(m.key_columns) as c (name)) as matching,
      (select string_agg(format('%1$I %2$s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
        from pg_catalog.pg_attribute as a
        where a.attrelid = m.stored and a.attname = any (m.key_columns)) as record_type,
      (select string_agg(format('%1$L, t.%1$I', c.name), ', ' order by c.name)
        from unnest(m.key_columns) as c (name)) as key_object,
      (select string_agg(format('(%1$L, to_jsonb(t) ->> %1$L, (%2$s)[1])', c.column_name,
          audit.cell_digests(r.relid, 't', array[c.column_name])), ', ' order by c.attnum)
        from audit.tsf1_columns(r.relid, 't') as c
        where c.column_name = any (p_columns)) as cells
    from audit.materialisation as m
    cross join lateral (values (m.source), (m.published)) as r (relid)
    join pg_catalog.pg_class as p on p.oid = r.relid and (p.relkind <> 'm' or p.relispopulated)
    where m.store = v_ep.store and m.kind = 'feature' and m.key_columns <@ v_ep.key_columns
      and m.stored in (select b.objid from audit.build_closure(v_ep.relid) as b)
    order by m.ordinal, r.relid
  loop
    continue when v_layer.cells is null;
    return query execute format(
      'with k as (select distinct x.* from jsonb_to_recordset($1) as x (%s)) '
      'select jsonb_build_object(%s), c.name, c.said, c.digest from %s as t join k on %s '
      'cross join lateral (values %s) as c (name, said, digest)',
      v_layer.record_type, v_layer.key_object, v_layer.relation, v_layer.matching, v_layer.cells) using p_keys;
  end loop;
end
$$;
revoke all on function audit.cell_candidates(text, jsonb, text[]) from public;
