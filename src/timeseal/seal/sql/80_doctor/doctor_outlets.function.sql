-- purpose: doctor: ways by which rows leave the database, or come back into it as somebody else
-- grain: one finding per publication, slot or server
-- reads: pg_catalog.pg_publication, pg_catalog.pg_replication_slots, pg_catalog.pg_foreign_server
-- writes: nothing
-- time: none
create or replace function audit.doctor_outlets() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'outlet', 'blocking', p.pubname::text, audit.relation_name(r.relid), 'no publication of protected rows',
    'every change is sent to whoever subscribes', format('drop publication %I', p.pubname)
  from pg_catalog.pg_publication as p
  join audit.protected_relation as r on r.kind in ('rows', 'source')
  where p.puballtables and r.relkind in ('r', 'p')
    or exists (
      select 1 from pg_catalog.pg_publication_rel as m
      where m.prpubid = p.oid and m.prrelid in (r.relid, pg_partition_root(r.relid)))
    or r.relkind in ('r', 'p') and exists (
      select 1
      from pg_catalog.pg_publication_namespace as m
      join pg_catalog.pg_class as c on c.oid = r.relid and c.relnamespace = m.pnnspid
      where m.pnpubid = p.oid)
  union all
  select 'outlet', 'warning', s.slot_name::text, 'logical slot', 'no logical slot on this database',
    'keeps every change for whoever may replicate', format('select pg_drop_replication_slot(%L)', s.slot_name)
  from pg_catalog.pg_replication_slots as s
  where s.slot_type = 'logical' and s.database = current_database()
  union all
  select 'outlet', 'blocking', s.srvname::text, 'foreign server', 'no server that leads back into this database',
    'connects to ' || current_database(), format('drop server %I cascade', s.srvname)
  from pg_catalog.pg_foreign_server as s
  where exists (select 1 from unnest(s.srvoptions) as o (opt) where o.opt = 'dbname=' || current_database());
$$;
