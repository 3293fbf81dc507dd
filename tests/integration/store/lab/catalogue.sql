-- purpose: what removing a seal must leave as it was
-- grain: one row per object
-- reads: the catalogue
-- writes: nothing
-- time: none
select 'relation', c.oid::regclass::text, pg_get_userbyid(c.relowner),
  array(select x::text from unnest(coalesce(c.relacl, acldefault('r', c.relowner))) as x order by 1)::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('lab', 'Shop Floor', 'public') and c.relkind in ('r', 'v', 'm')
union all
select 'schema', n.nspname, pg_get_userbyid(n.nspowner),
  array(select x::text from unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) as x order by 1)::text
from pg_namespace n where n.nspname !~ '^pg_'
union all
select 'trigger', t.tgname, t.tgrelid::regclass::text, t.tgenabled::text
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('lab', 'Shop Floor') and not t.tgisinternal
union all
select 'function', p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.proacl::text
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'audit'
union all
select 'sequence', c.relname, '', '' from pg_class c where c.relkind = 'S' and c.relname like 'fuse%'
order by 1, 2, 3, 4
