-- purpose: order gate: an expression as text that is equal for equal expressions, wherever written
-- grain: one node
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.bare_node(p_node jsonb) returns text
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select regexp_replace(p_node::text, '"(location|list_start|list_end)": \["-?[0-9]+"\](, )?', '', 'g')
$$;
revoke all on function audit.bare_node(jsonb) from public;
