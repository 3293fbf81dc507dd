-- purpose: rebuild two worlds that no honest row can tell apart, compare their rows, roll both back, log what was compared
-- grain: one finding per differing column; none when every compared row is the same byte for byte
-- reads: facts, references, the catalogue, the entrypoint
-- writes: audit.replay_log; the shadow worlds are always rolled back
-- time: past p_until it stops (SQLSTATE TSR01) and logs nothing; entity: poison at and after t0 against none yet; late: admitted facts known at the cut against facts never known
create or replace function audit.replay_pair(
  p_entrypoint audit.entrypoint,
  p_mode text,
  p_sample integer,
  p_seed text,
  p_round integer default 0,
  p_slot timestamptz default null,
  p_only oid default null,
  p_offset interval default null,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set jit = off
set work_mem = '64MB'
set default_statistics_target = 10
set client_min_messages = 'warning'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_found text := 'timeseal_shadow_' || pg_backend_pid() || '_a';
  v_clean text := 'timeseal_shadow_' || pg_backend_pid() || '_b';
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_findings audit.finding[];
  v_fact record;
  v_cut timestamptz;
  v_held bigint := 0;
  v_rows bigint := 0;
  v_where text;
begin
  select array_agg(o) into v_findings from audit.replay_obstacles(p_entrypoint) as o;
  if cardinality(v_entity) = 0 then
    v_findings := v_findings || row('replay', 'warning', p_entrypoint.entrypoint, 'mode ' || p_mode,
      'a key that names an entity beside t0', 'none', 'only world mode can judge it')::audit.finding;
  elsif not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
    begin
      execute format('create schema %I', v_found);
      execute format('create schema %I', v_found || '_text');
      execute format('create schema %I', v_clean);
      execute format('create schema %I', v_clean || '_text');
      perform audit.replay_universe(p_entrypoint, p_sample, p_seed, p_round, v_found);
      if p_mode = 'entity' then
        perform audit.replay_times(p_entrypoint, p_slot, p_offset, v_found);
      end if;
      execute format('select max(u.timeseal_t0) from %I.timeseal_entity as u where case when %L then u.timeseal_part = ''row'' '
        'else u.timeseal_n %% 4 <> 0 end', v_found, p_mode = 'entity') into v_cut;
      v_cut := coalesce(p_slot, v_cut);
      v_where := format('(%s) in (select %s from %I.timeseal_entity as u where %s',
        audit.column_list(p_entrypoint.relid, 'e.', v_entity), audit.column_list(p_entrypoint.relid, 'u.', v_entity), v_found,
        case when p_mode = 'late' then 'u.timeseal_n % 4 <> 0'
          when p_slot is null then format('u.timeseal_part = ''row'' and u.timeseal_t0 = e.%I', p_entrypoint.t0_column)
          else 'u.timeseal_part <> ''spare''' end)
        || format(') and e.%I <= %L::timestamptz', p_entrypoint.t0_column, v_cut::text);
      for v_fact in
        select r.relid, audit.relation_name(r.relid) as name
        from audit.replay_relations(p_entrypoint.relid) as r
        where r.made = 'fact'
        order by r.relid
      loop
        perform audit.replay_in_time(p_until);
        v_held := v_held + audit.replay_copy_universe(p_entrypoint, v_fact.relid,
          case when p_only is null or p_only = v_fact.relid then p_mode else 'none' end, v_cut, v_found, v_clean);
      end loop;
      v_findings := v_findings || array(select f from audit.replay_build(p_entrypoint, 'infinity', false, v_found, p_until => p_until) as f)
        || array(select f from audit.replay_build(p_entrypoint, 'infinity', false, v_clean, p_until => p_until) as f);
      if not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
        execute format('select count(*) from %I.%I as e where %s', v_clean,
          (select c.relname from pg_catalog.pg_class as c where c.oid = p_entrypoint.relid), v_where) into v_rows;
        v_findings := v_findings || array(select f from audit.replay_compare(
          p_entrypoint, v_cut, v_where, v_clean, v_rows, v_found, p_mode) as f);
      end if;
      raise exception using errcode = 'TSR00', message = 'the shadow worlds are rolled back';
    exception when sqlstate 'TSR00' then
      null;
    end;
    if (v_rows = 0 or v_held = 0) and not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
      v_findings := v_findings || row('replay', 'warning', p_entrypoint.entrypoint, 'mode ' || p_mode,
        'rows to compare and facts to move', format('%s rows, %s facts', v_rows, v_held), 'nothing was proven by this mode')::audit.finding;
    end if;
  end if;
  insert into audit.replay_log (entrypoint, cut, mode, seed, trial, moved_facts, rows_compared, columns_compared, findings, seconds)
  values (p_entrypoint.entrypoint, v_cut, p_mode, p_seed, coalesce(p_slot, case when p_only is not null then v_cut end), v_held, v_rows,
    (select count(*) from pg_catalog.pg_attribute as a
      where a.attrelid = p_entrypoint.relid and a.attnum > 0 and not a.attisdropped),
    coalesce(cardinality(v_findings), 0), extract(epoch from clock_timestamp() - v_started));
  return query select f.* from unnest(v_findings) as f;
end
$$;
