-- purpose: a replay that compared nothing proves nothing
-- grain: at most one finding
-- reads: the entrypoint
-- writes: nothing
-- time: rows with t0 before the cut
create or replace function audit.replay_vacuous(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_compared bigint
) returns audit.finding[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_earlier boolean;
begin
  if p_compared > 0 then
    return '{}';
  end if;
  execute format('select exists (select 1 from %s as e where e.%I < $1)',
    audit.relation_name(p_entrypoint.relid), p_entrypoint.t0_column) into v_earlier using p_cut;
  if not v_earlier then
    return '{}';
  end if;
  return array[row('replay', 'blocking', p_entrypoint.entrypoint, 'compared rows', 'at least one row before ' || p_cut,
    'none', 'refresh the store, or choose a later cut')::audit.finding];
end
$$;
