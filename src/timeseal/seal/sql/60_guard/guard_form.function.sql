-- purpose: what keeps a guarded view from guarding: NULL when it has the one form that does on every supported server
-- grain: one guarded view
-- reads: the catalogue
-- writes: nothing
-- time: none
create or replace function audit.guard_form(p_view oid, p_entrypoint text) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
  -- the rendered tail is compared whole: nothing may follow the filter, and nothing may stand beside the entrypoint
  select case
    when pg_get_viewdef(p_view) !~ (
      '\n   FROM ' || regexp_replace(p_entrypoint, '([^A-Za-z0-9_])', '\\\1', 'g') || ' [a-z]+\n'
      || '  WHERE \(\( SELECT audit\.cert_guard\(' || said.args || '\) AS cert_guard\) AND '
      || '\(\(\((([a-z]+\.)?([a-z_][a-z0-9_$]*|"([^"]|"")+")) IS NULL\) IS NOT NULL\) OR '
      || '\((\1|\(\1\)::text) = audit\.plan_guard\(' || said.args || '\)\)\)\);$')
      then 'another form'
    when exists (
      select 1 from pg_class as c, unnest(c.reloptions) as o (opt)
      where c.oid = p_view and o.opt ~* '^security_invoker=(true|on|1|yes|t|y)$')
      then 'a view with its reader''s rights'
    -- without it PostgreSQL 16 and later move the filter into a reader's left join, where no row means no question, and the
    -- planner shows column statistics to operators of the reader
    when p_view is not null and not exists (
      select 1 from pg_class as c, unnest(c.reloptions) as o (opt)
      where c.oid = p_view and o.opt ~* '^security_barrier=(true|on|1|yes|t|y)$')
      then 'a view without security_barrier'
  end
  from (
    select regexp_replace(quote_literal(p_entrypoint), '([^A-Za-z0-9_])', '\\\1', 'g') || '::text, ''[^'']+''::interval'
  ) as said (args);
$$;
revoke all on function audit.guard_form(oid, text) from public;
