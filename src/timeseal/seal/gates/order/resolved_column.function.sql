-- purpose: order gate: the column of a FROM item that a variable stands for, through joins and groups
-- grain: one variable; 'item.attribute', or null when it is an expression or of an outer query
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.resolved_column(p_query jsonb, p_node jsonb) returns text
language plpgsql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_node jsonb := p_node;
  v_item jsonb;
begin
  loop
    while v_node ->> '_' = 'RELABELTYPE' loop
      v_node := v_node #> '{arg,0}';
    end loop;
    if v_node ->> '_' is distinct from 'VAR' or v_node #>> '{varlevelsup,0}' <> '0' then
      return null;
    end if;
    v_item := p_query #> array['rtable', '0', ((v_node #>> '{varno,0}')::integer - 1)::text];
    if v_item #>> '{rtekind,0}' = '2' then
      v_node := v_item #> array['joinaliasvars', '0', ((v_node #>> '{varattno,0}')::integer - 1)::text];
    elsif v_item #>> '{rtekind,0}' = '9' then
      v_node := v_item #> array['groupexprs', '0', ((v_node #>> '{varattno,0}')::integer - 1)::text];
    else
      return (v_node #>> '{varno,0}') || '.' || (v_node #>> '{varattno,0}');
    end if;
    if v_node is null then
      return null;
    end if;
  end loop;
end
$$;
revoke all on function audit.resolved_column(jsonb, jsonb) from public;
