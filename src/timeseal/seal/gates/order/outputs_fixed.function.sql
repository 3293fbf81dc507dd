-- purpose: order gate: whether fixing some expressions fixes everything that a query shows
-- grain: one query; rows that tie are then equal, and any of them will do
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.outputs_fixed(p_query jsonb, p_shown jsonb, p_fixed jsonb, p_ctes jsonb)
returns boolean
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_known text[] := audit.known_columns(p_query, p_fixed, p_ctes);
  v_rows text[] := array(select k from unnest(v_known) as k where k like '%.*');
  v_fixed text[] := array(select audit.bare_node(f.node) from jsonb_array_elements(p_fixed) as f (node));
begin
  return not exists (
    select 1
    from jsonb_array_elements(p_shown) as t (entry)
    where t.entry #>> '{resjunk,0}' = 'false'
      and (
        not audit.bare_node(t.entry #> '{expr,0}') = any (v_fixed)
        and not audit.expression_known(p_query, t.entry #> '{expr,0}', v_known)
        -- equal is not identical: whole rows must be settled before such a value shows
        or not audit.expression_known(p_query, t.entry #> '{expr,0}', v_rows)
        and exists (
          select 1
          from audit.tree_walk(t.entry #> '{expr,0}') as w
          where w.tag in ('VAR', 'COLLATEEXPR', 'FUNCEXPR', 'OPEXPR') and audit.loose_value(w.node) = 'shown'
            or exists (select from audit.told_argument(w.node))
        )
      )
  );
end
$$;
revoke all on function audit.outputs_fixed(jsonb, jsonb, jsonb, jsonb) from public;
