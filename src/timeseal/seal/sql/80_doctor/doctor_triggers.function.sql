-- purpose: doctor: version stamps and append-only refusals are there, and active under every replication role
-- grain: one finding per trigger or relation
-- reads: pg_catalog.pg_trigger, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.doctor_triggers() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'trigger', 'blocking', audit.relation_name(t.tgrelid), t.tgname::text, 'enabled always',
    'enabled ' || t.tgenabled::text, format('alter table %s enable always trigger %I', audit.relation_name(t.tgrelid), t.tgname)
  from pg_catalog.pg_trigger as t
  where not t.tgisinternal and t.tgenabled <> 'A' and t.tgparentid = 0
    and (t.tgname in ('timeseal_stamp', 'append_only', 'seal_run', 'keep_promoted', 'keep_promoted_truncate', 'timeseal_adopt',
      'timeseal_adopt_truncate') or exists (
      select 1 from audit.protected_relation as p where p.relid = t.tgrelid and p.ours and p.kind = 'source'))
  union all
  select 'trigger', 'blocking', audit.relation_name(r.relid), 'timeseal_stamp', 'a version stamp for every kind of write',
    'none', format('select audit.attach_stamp(%L::regclass)', audit.relation_name(r.relid))
  from audit.entrypoint as e
  cross join lateral audit.written_relations(e.relid) as r
  join pg_catalog.pg_class as c on c.oid = r.relid
  where e.retired_at is null and c.relkind in ('r', 'p') and not exists (
    select 1 from pg_catalog.pg_trigger as t
    where t.tgrelid = r.relid and t.tgname = 'timeseal_stamp' and t.tgtype & 60 = 60
      and t.tgfoid = to_regprocedure('audit.bump_stamp()'))
  union all
  select 'trigger', 'blocking', audit.relation_name(r.relid), 'timeseal_stamp_row', 'a version stamp for replicated rows',
    'none', format('select audit.attach_stamp(%L::regclass)', audit.relation_name(r.relid))
  from audit.entrypoint as e
  cross join lateral audit.read_closure(e.relid) as r
  where e.retired_at is null and r.relkind = 'r' and not exists (
    select 1 from pg_catalog.pg_trigger as t
    where t.tgrelid = r.relid and t.tgname = 'timeseal_stamp_row' and t.tgenabled in ('R', 'A') and t.tgtype & 29 = 29
      and t.tgfoid = to_regprocedure('audit.bump_stamp()'))
  union all
  select 'trigger', 'blocking', audit.relation_name(f.relid), 'append-only',
    'update, delete and truncate refused before they happen', 'not all refused', 'timeseal db create (installs it again)'
  from (
    select c.oid as relid
    from pg_catalog.pg_class as c
    where c.oid in (to_regclass('audit.t0_cert_run'), to_regclass('audit.drift_event'))
    union
    select r.relid
    from audit.fact_relation as r
    join pg_catalog.pg_class as c on c.oid = r.relid and pg_get_userbyid(c.relowner) = 'timeseal_owner'
    where r.kind = 'fact'
  ) as f
  where coalesce((
    select bit_or(t.tgtype::integer) from pg_catalog.pg_trigger as t
    where t.tgrelid = f.relid and not t.tgisinternal and t.tgenabled = 'A' and t.tgtype & 2 = 2), 0) & 56 <> 56;
$$;
