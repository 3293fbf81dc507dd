-- purpose: whether a role reads what others must not: blocking, warning (only what is a stranger's own), NULL (nothing)
-- grain: one role
-- reads: audit.protected_relation, audit.view_over_rows, audit.declared_select
-- writes: nothing
-- time: none
create or replace function audit.reads_rows(p_role oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when exists (
      select 1 from pg_catalog.pg_roles as r
      where audit.may_act_as(p_role, r.oid) and r.rolname in (
        'timeseal_owner', 'timeseal_worker', 'timeseal_certifier', 'pg_read_server_files', 'pg_execute_server_program'))
      then 'blocking'
    else (
      select min(s.level)
      from (
        select p.relid, case when p.kind = 'foreign' then 'warning' else 'blocking' end as level
        from audit.protected_relation as p
        where p.relkind <> 'S' and p.kind <> 'guarded' and not exists (
          select 1 from audit.declared_select as d
          where d.grantee is null and d.relation = audit.relation_name(p.relid))
        union all
        select v.relid, 'blocking' from audit.view_over_rows as v
      ) as s
      where has_any_column_privilege(p_role, s.relid, 'select')) end;
$$;
