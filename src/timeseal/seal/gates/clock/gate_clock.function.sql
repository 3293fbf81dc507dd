-- purpose: gate: every column says on which clock it is admitted, and no surface mixes two clocks
-- grain: one finding per column
-- reads: audit.column_role, audit.entrypoint, the closure
-- writes: nothing
-- time: a surface has the clock of its t0 column; landmark columns exist for survivors only
create or replace function audit.gate_clock(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_surface text;
  v_declared boolean;
begin
  select coalesce(bool_or(true), false) into v_declared
  from audit.column_role as o
  where o.relid = v_ep.relid and o.clock is not null;
  select o.clock into v_surface
  from audit.column_role as o
  where o.relid = v_ep.relid and o.column_name = v_ep.t0_column;
  return query
  select 'clock'::text, case when v_ep.store is null and not v_declared then 'warning' else 'blocking' end,
    v_ep.entrypoint, a.attname::text, 'an admission clock: t0 or landmark'::text, 'none declared'::text,
    'declare clock = "t0" (or "landmark") for the column'::text
  from pg_attribute as a
  where a.attrelid = v_ep.relid and a.attnum > 0 and not a.attisdropped
    and not exists (
      select 1
      from audit.column_role as o
      where o.relid = v_ep.relid and o.column_name = a.attname and o.clock is not null
    )
  union all
  select 'clock', 'blocking', v_ep.entrypoint, o.column_name, 'clock t0, as the surface',
    'clock landmark', 'move the column to a surface of its own: where it exists, the row was still live'
  from audit.column_role as o
  where o.relid = v_ep.relid and o.clock = 'landmark' and coalesce(v_surface, 't0') = 't0'
  union all
  -- a flag, count or state made from a landmark column tells as much as the column
  select distinct 'clock', 'blocking', r.reader_fqn,
    audit.object_fqn('pg_class'::regclass, r.relid) || '.' || r.column_name,
    'nothing derived from a landmark column on a t0 surface', 'a landmark column is read',
    'compute it on the landmark surface'
  from audit.column_read(v_ep.relid) as r
  -- a guarded view has the clocks of the entrypoint behind it
  left join audit.entrypoint as g on g.guarded_relid = r.relid
  join audit.column_role as o on o.relid in (r.relid, pg_partition_root(r.relid), g.relid) and o.column_name = r.column_name
  where o.clock = 'landmark' and coalesce(v_surface, 't0') = 't0';
end
$$;
revoke all on function audit.gate_clock(text) from public;
