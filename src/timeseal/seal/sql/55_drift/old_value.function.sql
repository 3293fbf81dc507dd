-- purpose: the accepted value of a cell where its digest gives it away: NULL, a boolean, a small integer
-- grain: one cell; NULL when the digest does not tell
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.old_value(p_digest integer, p_wire text) returns text
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select case
    when p_digest is null then 'NULL'
    when p_wire = 'bool' then (p_digest = 1)::text
    when p_wire in ('int2', 'int4') then p_digest::text
  end
$$;
revoke all on function audit.old_value(integer, text) from public;
