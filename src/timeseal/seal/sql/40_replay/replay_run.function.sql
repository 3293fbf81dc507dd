-- purpose: rebuild one world in a shadow, compare, roll back, and log what was compared
-- grain: one finding per leaking column; none when the rebuilt world gives the same rows byte for byte
-- reads: facts, references, the catalogue, the entrypoint
-- writes: audit.replay_log; the shadow world is always rolled back
-- time: past p_until it stops (SQLSTATE TSR01) and logs nothing; p_seeded: rows before p_from stand as stored, and every layer is compared from there on; facts with known_at < p_cut; rows with p_from <= t0 < p_cut, and one row per key group at p_cut with only its own observation
create or replace function audit.replay_run(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_from timestamptz,
  p_late boolean,
  p_keep jsonb,
  p_seeded boolean default false,
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
  v_entrypoint audit.entrypoint := p_entrypoint;
  v_shadow text := 'timeseal_shadow_' || pg_backend_pid();
  v_findings audit.finding[];
  v_kept bigint := 0;
  v_rows bigint := 0;
  v_expected bigint := 0;
  v_where text;
  v_moved bigint := 0;
  v_whole boolean := false;
begin
  select array_agg(o) into v_findings from audit.replay_obstacles(v_entrypoint) as o;
  if not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
    begin
      execute format('create schema %I', v_shadow);
      execute format('create schema %I', v_shadow || '_text');
      v_kept := audit.replay_keep(v_entrypoint, p_cut, p_keep, v_shadow);
      perform audit.replay_moments(v_entrypoint, p_cut, p_from, v_shadow);
      v_findings := v_findings || array(select f from audit.replay_build(
        v_entrypoint, p_cut, p_late, v_shadow, case when p_seeded then p_from end, p_until => p_until) as f);
      if not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
        v_where := audit.replay_where(v_entrypoint, p_cut, p_from, v_shadow, v_kept);
        execute format('select count(*) from %s as e where %s', audit.relation_name(v_entrypoint.relid), v_where)
          into v_expected;
        v_findings := v_findings || array(
          select f from audit.replay_compare(v_entrypoint, p_cut, v_where, v_shadow, v_expected) as f);
        v_rows := v_expected;
        if exists (select 1 from unnest(v_findings) as f where f.object = v_entrypoint.entrypoint || '.(row)') then
          execute format('select count(*) from %I.%I as e where %s', v_shadow,
            (select c.relname from pg_catalog.pg_class as c where c.oid = v_entrypoint.relid), v_where) into v_rows;
        end if;
        v_whole := p_seeded and not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking')
          and audit.replay_layers_differ(v_entrypoint, v_shadow, v_where, p_late);
        v_moved := audit.replay_removed(v_entrypoint, p_cut);
        v_findings := v_findings || audit.replay_vacuous(v_entrypoint, p_cut,
          least(v_rows, v_expected) - case when p_keep is null then v_kept else 0 end);
      end if;
      raise exception using errcode = 'TSR00', message = 'the shadow world is rolled back';
    exception
      when sqlstate 'TSR00' then
        null;
      when grouping_error then -- a text that relies on the key of a table that is a view here
        if not p_seeded then
          raise;
        end if;
        v_whole := true;
    end;
  end if;
  if v_whole then -- a layer that is not what its text gives may not stand for anything: rebuild it all
    return query select f.* from audit.replay_run(p_entrypoint, p_cut, null, p_late, p_keep, false, p_until) as f;
    return;
  end if;
  insert into audit.replay_log (entrypoint, cut, from_t0, mode, kept_rows, moved_facts, rows_compared, columns_compared, findings, seconds)
  values (v_entrypoint.entrypoint, p_cut, p_from,
    case when p_late then 'cut and late by a tick' else 'cut' end, v_kept, v_moved, least(v_rows, v_expected),
    (select count(*) from pg_catalog.pg_attribute as a
      where a.attrelid = v_entrypoint.relid and a.attnum > 0 and not a.attisdropped),
    coalesce(cardinality(v_findings), 0), extract(epoch from clock_timestamp() - v_started));
  return query select f.* from unnest(v_findings) as f;
end
$$;
