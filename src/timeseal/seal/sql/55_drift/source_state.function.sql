-- purpose: how many rows of a source relation a snapshot knew below a horizon, and for releases what they said
-- grain: one relation, as {rows, lane}
-- reads: the relation
-- writes: nothing
-- time: known_at below the horizon; a release counts whole
create or replace function audit.source_state(
  p_relid oid, p_kind text, p_known_at text, p_horizon timestamptz, p_snapshot pg_snapshot
) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_relation text := audit.object_fqn('pg_class'::regclass, p_relid);
  v_state jsonb;
begin
  if p_kind = 'reference' then
    execute format(
      'select jsonb_build_object(''rows'', count(*), ''lane'', coalesce(sum(hash_array_extended(%s, 0)), 0)) from %s as t',
      audit.cell_digests(p_relid, 't'), v_relation) into v_state;
  else
    execute format(
      'select jsonb_build_object(''rows'', count(*)) from %s as t where t.%I < $1 and audit.recorded_in(t.xmin, $2, $3)',
      v_relation, p_known_at)
      into v_state using p_horizon, p_snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
  end if;
  return v_state;
end
$$;
revoke all on function audit.source_state(oid, text, text, timestamptz, pg_snapshot) from public;
