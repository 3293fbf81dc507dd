-- purpose: gate: no stored row admitted a fact known at or after its own t0
-- grain: one finding per row (the first twenty of a layer), or per layer without its proof column
-- reads: _max_known_at and t0 of the stored layers of the build closure
-- writes: nothing
-- time: _max_known_at < t0, strictly; null = no fact but the defining observation
create or replace function audit.gate_time(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set "TimeZone" = 'UTC'
set "DateStyle" = 'ISO, YMD'
set row_security = off
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_layer record;
begin
  for v_layer in
    select b.fqn, m.t0_column, m.layer, m.key_columns,
      exists (
        select 1
        from pg_attribute as a
        where a.attrelid = m.stored and a.attname = '_max_known_at' and not a.attisdropped
      ) as proven
    from audit.build_closure(v_ep.relid) as b
    join audit.materialisation as m on b.classid = 'pg_class'::regclass and m.stored = b.objid
    where m.kind = 'feature' and m.t0_column is not null
    order by m.ordinal
  loop
    if not v_layer.proven then
      return next row('time', 'blocking', v_layer.fqn, '_max_known_at', 'a proof column', 'none',
        format('add _max_known_at, the latest known_at admitted, as last column of layer %s', v_layer.layer)
      )::audit.finding;
      continue;
    end if;
    return query execute format(
      'select ''time'', ''blocking'', %L, jsonb_build_object(%s)::text, ''known before '' || t.%I, '
      '''admits a fact known at '' || t._max_known_at, %L from %s as t '
      'where t._max_known_at >= t.%I order by t._max_known_at, %s limit 20',
      v_layer.fqn,
      (select string_agg(format('%L, t.%I', k.name, k.name), ', ' order by k.name) from unnest(v_layer.key_columns) as k (name)),
      v_layer.t0_column, format('bound every admitted fact of layer %s by known_at < t0', v_layer.layer),
      v_layer.fqn, v_layer.t0_column,
      (select string_agg(format('t.%I', k.name), ', ' order by k.name) from unnest(v_layer.key_columns) as k (name)));
  end loop;
end
$$;
revoke all on function audit.gate_time(text) from public;
