-- purpose: copy one source relation into the shadow schema as it was known at the cut
-- grain: one relation; returns the number of copied rows
-- reads: the relation, the kept keys
-- writes: the shadow schema
-- time: known_at < p_cut, and the defining observations of the kept rows at p_cut
create or replace function audit.replay_copy(
  p_entrypoint audit.entrypoint,
  p_relid oid,
  p_made text,
  p_known_at text,
  p_cut timestamptz,
  p_shadow text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_where text := 'true';
  v_name text;
  v_kept text;
  v_rows bigint;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  if not audit.replay_is_whole(p_entrypoint.entrypoint, p_relid, p_made, p_known_at) then
    v_where := format('x.%I < %L::timestamptz', p_known_at, p_cut::text);
    select format(' or (x.%I = %L::timestamptz and exists (select 1 from %I.timeseal_kept as k where %s))',
      f.t0_column, p_cut::text, p_shadow, string_agg(format('k.%1$I = x.%1$I', k.name), ' and '))
    into v_kept
    from audit.fact_relation as f
    cross join unnest(f.key_columns) as k (name)
    where f.relid = p_relid and f.defining and f.t0_column is not null
      and k.name = any (p_entrypoint.key_columns) and k.name <> p_entrypoint.t0_column
    group by f.t0_column;
    v_where := v_where || coalesce(v_kept, '');
  end if;
  execute format('create unlogged table %I.%I as select %s from %s as x where %s',
    p_shadow, v_name, audit.column_list(p_relid, 'x.'), audit.relation_name(p_relid), v_where);
  get diagnostics v_rows = row_count;
  perform audit.replay_index(p_relid, p_shadow, v_name);
  return v_rows;
end
$$;
