-- purpose: resolve the name of an entrypoint or of its guarded view to the declaration
-- grain: one entrypoint
-- reads: audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.entrypoint_row(p_entrypoint text) returns audit.entrypoint
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_row audit.entrypoint;
begin
  select e.* into v_row
  from audit.entrypoint as e
  where e.entrypoint = p_entrypoint or e.guarded_view = p_entrypoint;
  if not found then
    select e.* into v_row
    from audit.entrypoint as e
    where to_regclass(p_entrypoint)::oid in (e.relid, e.guarded_relid);
  end if;
  if v_row.entrypoint is null then
    raise exception 'TS003: % is not a declared entrypoint', coalesce(p_entrypoint, 'NULL')
      using errcode = 'TS003',
        detail = 'expected one of: ' || coalesce(
          (select string_agg(e.entrypoint, ', ' order by e.entrypoint) from audit.entrypoint as e), '(none declared)'),
        hint = 'Run: timeseal seal add SCHEMA.VIEW --key COLUMNS --t0 COLUMN';
  end if;
  return v_row;
end
$$;
