-- purpose: the t0 of the row that a finding names, also where t0 is no part of the key
-- grain: one finding's subject; null where it names no row, or one that the entrypoint does not hold
-- reads: the entrypoint
-- writes: nothing
-- time: t0
create or replace function audit.replay_t0(p_entrypoint audit.entrypoint, p_subject text) returns timestamptz
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_t0 timestamptz;
begin
  if p_subject not like '{%' then
    return null;
  end if;
  v_t0 := (p_subject::jsonb ->> p_entrypoint.t0_column)::timestamptz;
  if v_t0 is null then
    execute format('select e.%I from %s as e where jsonb_build_object(%s) = $1', p_entrypoint.t0_column,
      audit.relation_name(p_entrypoint.relid), (
        select string_agg(format('%L, e.%I', k.name, k.name), ', ') from unnest(p_entrypoint.key_columns) as k (name)))
      into v_t0 using p_subject::jsonb;
  end if;
  return v_t0;
end
$$;
