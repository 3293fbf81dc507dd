-- purpose: make one layer or view of the shadow from the catalogue's text of its original
-- grain: one relation; returns findings when the text cannot be followed
-- reads: pg_catalog.pg_rewrite, the shadow copies
-- writes: the shadow schema
-- time: whatever the text says, over facts that end at the cut
create or replace function audit.replay_rebuild(
  p_relid oid,
  p_made text,
  p_made_from oid,
  p_schemas text,
  p_shadow text
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
  v_text text;
  v_schema text := case when p_made = 'view' then p_shadow else p_shadow || '_text' end;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  perform set_config('search_path', p_schemas || ', pg_temp', true);
  v_text := pg_catalog.pg_get_viewdef(p_made_from);
  perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_shadow) || ', ' || p_schemas || ', pg_temp', true);
  execute pg_catalog.format('create view %I.%I as %s', v_schema, v_name, v_text);
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  return query select f.* from audit.replay_leaks(p_shadow) as f;
  if found or p_made = 'view' then
    return;
  end if;
  execute format('create unlogged table %1$I.%2$I as select %3$s from %4$I.%2$I as v',
    p_shadow, v_name, audit.column_list(p_made_from, 'v.'), v_schema);
  perform audit.replay_index(p_relid, p_shadow, v_name);
end
$$;
