-- purpose: bring a stored layer to its staged rows by key-wise DML; a statement with nothing to do is not issued
-- grain: one layer
-- reads: pg_temp.timeseal_stage, pg_temp.timeseal_diff, pg_temp.timeseal_delta_<oid> where p_kept
-- writes: the stored relation, audit.layer_write
-- time: none; statement triggers fire even for zero rows, so an empty diff must not touch the relation
create or replace function audit.write_layer(
  p_layer audit.materialisation,
  p_inserted bigint,
  p_updated bigint,
  p_deleted bigint,
  p_kept boolean default false
) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_stored text := audit.relation_name(p_layer.stored);
  v_columns text := audit.column_list(p_layer.stored, '');
  v_match text;
  v_days date[] := case when p_kept then audit.written_days(p_layer) end;
  v_version bigint;
begin
  -- from here on whoever else writes to the layer waits for us to count it
  select s.version into v_version from audit.stamp as s where s.relid = p_layer.stored for no key update;
  select string_agg(format('d.%1$I = t.%1$I', k.name), ' and ') into v_match
  from unnest(p_layer.key_columns) as k (name);
  if p_deleted > 0 then
    execute format('delete from %s as t using pg_temp.timeseal_diff as d where d.timeseal_op = ''d'' and %s',
      v_stored, v_match);
  end if;
  if p_updated > 0 then
    execute format(
      'update %s as t set (%s) = row(%s) from pg_temp.timeseal_stage as s join pg_temp.timeseal_diff as d using (%s) '
      'where d.timeseal_op = ''u'' and %s',
      v_stored, v_columns, audit.column_list(p_layer.stored, 's.'),
      audit.column_list(p_layer.stored, '', p_layer.key_columns), v_match);
  end if;
  if p_inserted > 0 then
    execute format(
      'insert into %s (%s) select %s from pg_temp.timeseal_stage as s join pg_temp.timeseal_diff as d using (%s) '
      'where d.timeseal_op = ''i''',
      v_stored, v_columns, audit.column_list(p_layer.stored, 's.'),
      audit.column_list(p_layer.stored, '', p_layer.key_columns));
  end if;
  -- each statement is one version: were there more, somebody else wrote too
  insert into audit.layer_write (relid, from_version, to_version, t0_days)
  select s.relid, v_version, s.version, v_days
  from audit.stamp as s
  where s.relid = p_layer.stored and v_days is not null
    and s.version = v_version + (p_deleted > 0)::integer + (p_updated > 0)::integer + (p_inserted > 0)::integer;
  delete from audit.layer_write as w
  where w.relid = p_layer.stored and w.written_at < clock_timestamp() - interval '8 days'; -- no hash is carried that long
  if (p_inserted + p_updated + p_deleted) * 10 > (
    select greatest(c.reltuples, 0) from pg_catalog.pg_class as c where c.oid = p_layer.stored
  ) then
    execute 'analyze ' || v_stored;
  end if;
end
$$;
