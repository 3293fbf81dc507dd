-- purpose: the word for a catalogue object in closures; a guarded view and cert_guard are boundaries
-- grain: one object
-- reads: system catalogues, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.closure_kind(p_classid oid, p_objid oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case
      when p_classid = 'pg_class'::regclass then (
        select case
          when exists (select 1 from audit.entrypoint as e where e.guarded_relid = p_objid) then 'guard'
          when c.relkind = 'v' then 'view'
          when c.relkind = 'm' then 'matview'
          when c.relkind in ('r', 'p', 'f') then 'table'
          when c.relkind = 'S' then 'sequence'
          else 'type'
        end
        from pg_class as c
        where c.oid = p_objid
      )
      when p_classid = 'pg_proc'::regclass then (
        select case
          when p.pronamespace = 'audit'::regnamespace and p.proname = 'cert_guard' then 'guard'
          else 'function'
        end
        from pg_proc as p
        where p.oid = p_objid
      )
      when p_classid = 'pg_type'::regclass then 'type'
      when p_classid = 'pg_operator'::regclass then 'operator'
      when p_classid = 'pg_opclass'::regclass then 'operator class'
      when p_classid = 'pg_opfamily'::regclass then 'operator family'
      when p_classid = 'pg_collation'::regclass then 'collation'
      when p_classid = 'pg_policy'::regclass then 'policy'
      when p_classid = 'pg_trigger'::regclass then 'trigger'
      when p_classid = 'pg_constraint'::regclass then 'constraint'
      else 'other'
    end
  );
end
$$;
revoke all on function audit.closure_kind(oid, oid) from public;
