-- purpose: make one layer or view of the shadow from the text of its original: whole, from a moment on, or (p_own) empty, for one row at a time
-- grain: one relation
-- reads: pg_catalog.pg_rewrite, the shadow copies
-- writes: the shadow schema
-- time: whatever the text says, over facts that end at the cut; rows with p_t0 before the moment p_from (an expression) stand as stored; past p_until it stops between two rows
create or replace function audit.replay_rebuild(
  p_relid oid,
  p_made text,
  p_made_from oid,
  p_schemas text,
  p_shadow text,
  p_t0 text default null,
  p_from text default null,
  p_own boolean default false,
  p_until timestamptz default null
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_name text;
  v_text text;
  v_table text;
  v_schema text := case when p_made = 'view' then p_shadow else p_shadow || '_text' end;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  perform set_config('search_path', p_schemas || ', pg_temp', true);
  v_text := pg_catalog.pg_get_viewdef(p_made_from);
  perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_shadow) || ', ' || p_schemas || ', pg_temp', true);
  execute pg_catalog.format('create view %I.%I as %s', v_schema, v_name, v_text);
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if p_made = 'view' then
    return;
  end if;
  v_table := case when p_from is null then v_name else 'timeseal_layer_' || p_relid end;
  execute format('create unlogged table %I.%I as select %s from %I.%I as v',
    p_shadow, v_table, audit.column_list(p_made_from, 'v.'), v_schema, v_name)
    || case when p_own and p_from is not null then ' with no data' else coalesce(' where ' || nullif(concat_ws(' and ',
      case when p_from is not null then format('v.%I >= %s', p_t0, p_from) end,
      case when p_until is not null then format('audit.replay_in_time(%L, v.%I is null)', p_until, (
        select a.attname from pg_attribute as a where a.attrelid = p_made_from and a.attnum > 0 and not a.attisdropped
        order by a.attnum limit 1)) end), ''), '') end;
  perform audit.replay_index(p_relid, p_shadow, v_table);
  if p_from is not null then
    execute format('create view %1$I.%2$I as select %3$s from %4$s as s where s.%5$I < %6$s '
      'union all select %7$s from %1$I.%8$I as n where n.%5$I >= %6$s', p_shadow, v_name,
      audit.column_list(p_made_from, 's.'), audit.relation_name(p_relid), p_t0, p_from,
      audit.column_list(p_made_from, 'n.'), v_table);
  end if;
end
$$;
