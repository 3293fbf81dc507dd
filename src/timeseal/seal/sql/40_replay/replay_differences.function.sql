-- purpose: the cells by which current rows differ from replayed rows, gathered by column, nearest row first
-- grain: one row per differing column; column '(row)' stands for rows that only one side has
-- reads: one relation (or its shadow in p_found) and its shadow
-- writes: nothing
-- time: p_where bounds both sides to rows decided before the cut
create or replace function audit.replay_differences(
  p_relid oid,
  p_shadow text,
  p_key text[],
  p_t0 text,
  p_where text,
  p_found text default null
)
returns table (column_name text, row_count bigint, row_key text, t0 timestamptz, expected text, found text)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set jit = off
as $$
declare
  v_columns text := audit.column_list(p_relid, 'e.');
  v_first text := quote_ident(p_key[1]);
  v_cells text;
  v_differs text;
  v_name text;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  select string_agg(format('(%1$L, n.%2$I::text, c.%2$I::text, c.%3$s is not null and n.%3$s is not null and %4$s)',
      a.attname, a.attname, v_first, d.differs), ', ' order by a.attnum),
    string_agg(d.differs, ' or ' order by a.attnum)
  into v_cells, v_differs
  from pg_catalog.pg_attribute as a
  cross join lateral (select format(
    case when a.atttypid in ('json'::regtype, 'xml'::regtype) then 'n.%1$I::text is distinct from c.%1$I::text'
      else 'n.%1$I is distinct from c.%1$I' end, a.attname) as differs) as d
  where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped;
  return query execute format(
    'with c as materialized (select %1$s from %2$s as e where %3$s), '
    'n as materialized (select %1$s from %4$I.%5$I as e where %3$s), '
    'cell as (select v.name, v.expected, v.found, jsonb_build_object(%6$s)::text as row_key, coalesce(c.%7$I, n.%7$I) as t0 '
    'from c full join n using (%8$s) cross join lateral (values '
    '(''(row)'', case when n.%9$s is null then ''no row'' else ''a row'' end, '
    'case when c.%9$s is null then ''no row'' else ''a row'' end, c.%9$s is null or n.%9$s is null), %10$s'
    ') as v (name, expected, found, differs) where (%11$s) and v.differs) '
    'select x.name, x.total, x.row_key, x.t0, x.expected, x.found from ('
    'select cell.name, cell.row_key, cell.t0, cell.expected, cell.found, count(*) over (partition by cell.name) as total, '
    'row_number() over (partition by cell.name order by cell.t0 desc, cell.row_key) as place from cell) as x '
    'where x.place = 1 order by x.name',
    v_columns, coalesce(quote_ident(p_found) || '.' || quote_ident(v_name), audit.relation_name(p_relid)), p_where, p_shadow, v_name,
    (select string_agg(format('%L, coalesce(c.%I, n.%I)', k.name, k.name, k.name), ', ') from unnest(p_key) as k (name)),
    p_t0, audit.column_list(p_relid, '', p_key), v_first, v_cells, v_differs);
end
$$;
