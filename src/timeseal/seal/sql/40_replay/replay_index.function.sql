-- purpose: give a shadow relation the key and the indexes of its original, and statistics
-- grain: one relation
-- reads: pg_catalog.pg_index
-- writes: the shadow schema
-- time: none
create or replace function audit.replay_index(p_relid oid, p_shadow text, p_name text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_index record;
begin
  for v_index in
    select m.amname, i.indisprimary as is_primary, (
      select string_agg(pg_get_indexdef(i.indexrelid, k.place, false), ', ' order by k.place)
      from generate_series(1, i.indnkeyatts) as k (place)) as columns
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on c.oid = i.indexrelid
    join pg_catalog.pg_am as m on m.oid = c.relam
    where i.indrelid = p_relid and i.indpred is null and i.indexprs is null and m.amname = 'btree'
  loop
    if v_index.is_primary then -- a text may rely on it: group by the key, select the rest
      begin
        execute format('alter table %I.%I add primary key (%s)', p_shadow, p_name, v_index.columns);
        continue;
      exception when unique_violation or not_null_violation then
        null; -- a fact that was late by a tick met another
      end;
    end if;
    execute format('create index on %I.%I using %I (%s)', p_shadow, p_name, v_index.amname, v_index.columns);
  end loop;
  execute format('analyze %I.%I', p_shadow, p_name);
end
$$;
