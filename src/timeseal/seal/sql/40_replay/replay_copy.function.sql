-- purpose: copy one source relation into the shadow schema as it was known at the cut
-- grain: one relation; returns the number of copied rows
-- reads: the relation, the kept keys
-- writes: the shadow schema
-- time: known_at < p_cut, and at p_cut the defining observations and parent rows of the kept rows; p_late: ties with a t0 known a tick later
create or replace function audit.replay_copy(
  p_entrypoint audit.entrypoint,
  p_relid oid,
  p_made text,
  p_known_at text,
  p_cut timestamptz,
  p_late boolean,
  p_shadow text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_where text := 'true';
  v_name text;
  v_columns text := audit.column_list(p_relid, 'x.');
  v_kept text;
  v_rows bigint;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  if not audit.replay_is_whole(p_entrypoint.entrypoint, p_relid, p_made, p_known_at) then
    v_where := format('x.%I < %L::timestamptz', p_known_at, p_cut::text);
    if isfinite(p_cut) then -- two worlds of equal time keep no row at the cut
      v_kept := audit.replay_kept(p_entrypoint, p_relid, p_made, format('%L::timestamptz', p_cut::text), p_shadow);
    end if;
    v_where := v_where || coalesce(v_kept, '');
  end if;
  if p_late and p_made = 'fact' and v_kept is null then
    v_columns := replace(v_columns || ',', format('x.%I,', p_known_at), format(
      '(case when exists (select 1 from %1$I.timeseal_moment as m where m.t0 = x.%2$I) '
      'then x.%2$I + interval ''1 microsecond'' else x.%2$I end) as %2$I,', p_shadow, p_known_at));
    v_columns := rtrim(v_columns, ',');
  end if;
  execute format('create unlogged table %I.%I as select %s from %s as x where %s',
    p_shadow, v_name, v_columns, audit.relation_name(p_relid), v_where);
  get diagnostics v_rows = row_count;
  perform audit.replay_index(p_relid, p_shadow, v_name);
  return v_rows;
end
$$;
