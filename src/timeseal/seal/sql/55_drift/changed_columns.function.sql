-- purpose: which columns differ between two rows' cell digests
-- grain: one row; a column that only one side has is named with + or -
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.changed_columns(
  p_names_before text[], p_cells_before integer[], p_names_after text[], p_cells_after integer[]
) returns text[]
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(
    case when b.name is null then '+' when a.name is null then '-' else '' end || coalesce(a.name, b.name)
    order by a.n, b.n), '{}')
  from unnest(p_names_before, p_cells_before) with ordinality as b (name, cell, n)
  full join unnest(p_names_after, p_cells_after) with ordinality as a (name, cell, n) on a.name = b.name
  where a.name is null or b.name is null or a.cell is distinct from b.cell
$$;
revoke all on function audit.changed_columns(text[], integer[], text[], integer[]) from public;
