-- purpose: the triggers that note what writers do to the mapped columns of an adopted table, as statements for its owner
-- grain: one row per trigger
-- reads: the catalogue
-- writes: nothing
-- time: they fire under every replication role, so a replicated row is noted too
create or replace function raw.adopted_triggers(p_relid oid, p_map jsonb)
returns table (name text, create_it text, always text, drop_it text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select t.name, format('create trigger %I after %s on %s for each %s execute function raw.adopted_write(%L, %L)',
      t.name, t.events, p_relid::regclass, t.level, p_relid, u.columns),
    format('alter table %s enable always trigger %I', p_relid::regclass, t.name),
    format('drop trigger if exists %I on %s', t.name, p_relid::regclass)
  from (values ('timeseal_adopt', 'insert or update or delete', 'row'),
    ('timeseal_adopt_truncate', 'truncate', 'statement')) as t (name, events, level)
  cross join (
    select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
    from pg_attribute as a
    where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped
      and not exists (select from jsonb_each_text(p_map) as m (key, value) where m.value = a.attname)
  ) as u (columns)
  order by t.name;
$$;
