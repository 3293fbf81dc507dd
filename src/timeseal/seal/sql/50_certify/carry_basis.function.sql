-- purpose: digest of all that a carried result rests on beside definitions and versions
-- grain: one entrypoint
-- reads: the registry, system catalogues
-- writes: nothing
-- time: a waiver that expires changes the digest
create or replace function audit.carry_basis(p_relid oid) returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    with part as (
      select 'entrypoint' as name, to_jsonb(e)::text as value from audit.entrypoint as e where e.relid = p_relid
      union all
      select 'fact', to_jsonb(f)::text from audit.fact_relation as f
      union all
      select 'role', to_jsonb(o)::text from audit.column_role as o
      union all
      select 'pair', to_jsonb(p)::text from audit.firewall_pair as p
      union all
      select 'layer', to_jsonb(m)::text from audit.materialisation as m
      union all
      select 'allowed', to_jsonb(a)::text from audit.allowed_function as a
      union all
      select 'contract', audit.contract_basis(e.contract_set) from audit.entrypoint as e where e.relid = p_relid
      union all
      select 'accepted definition', to_jsonb(b)::text
      from audit.t0_viewdef_baseline as b
      join audit.entrypoint as e on e.entrypoint = b.entrypoint
      where e.relid = p_relid
      union all
      select 'waiver', to_jsonb(w)::text
      from audit.waiver_in_force as w
      join audit.entrypoint as e on e.entrypoint = w.entrypoint
      where e.relid = p_relid
      union all
      select 'index', pg_get_indexdef(i.indexrelid)
      from audit.closure_walk(p_relid, 'build') as b
      join pg_index as i on b.classid = 'pg_class'::regclass and i.indrelid = b.objid
      where i.indisunique and i.indisvalid
      union all
      select 'engine', f.proname || ' ' || f.proargtypes::text || ' ' || sha256(convert_to(f.prosrc, 'UTF8'))::text
      from pg_proc as f
      where f.pronamespace = 'audit'::regnamespace
      union all
      select 'setting', audit.settings_sha256() || ' ' || current_setting('server_version_num') || ' ' || audit.protection_class()
    )
    select encode(sha256(convert_to(
      string_agg(p.name || ' ' || p.value, E'\n' order by p.name collate "C", p.value collate "C"), 'UTF8')), 'hex')
    from part as p
  );
end
$$;
revoke all on function audit.carry_basis(oid) from public;
