-- purpose: the condition that some row of a relation is not the same in its shadow, or is on one side only
-- grain: one relation
-- reads: the catalogue
-- writes: nothing
-- time: p_where bounds both sides, on the alias e
create or replace function audit.replay_pairs_differ(
  p_relid oid,
  p_key text[],
  p_twin text,
  p_where text,
  p_tick boolean
) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format('exists (select 1 from (select %1$s from %2$s as e where %3$s) as e '
    'full join (select %1$s from %4$s as e where %3$s) as n using (%5$s) where %6$s)',
    audit.column_list(p_relid, 'e.'), audit.relation_name(p_relid), p_where, p_twin,
    audit.column_list(p_relid, '', p_key), audit.replay_differs(p_relid, p_tick));
$$;
