-- purpose: give every row between two moments a world of its own: what was known before its t0, and what defines it
-- grain: one finding per leaking column; a row that comes out otherwise is rebuilt in a whole world, which alone convicts
-- reads: facts, references, the catalogue, the entrypoint
-- writes: audit.replay_log; the shadow world is always rolled back
-- time: rows with p_from <= t0 < p_upto in order of t0; layers of the entrypoint's own clock stand as stored below t0, each row compared
create or replace function audit.replay_walk(
  p_entrypoint audit.entrypoint,
  p_from timestamptz,
  p_upto timestamptz
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set jit = off
set work_mem = '64MB'
set default_statistics_target = 10
set client_min_messages = 'warning'
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_shadow text := 'timeseal_shadow_' || pg_backend_pid();
  v_findings audit.finding[];
  v_suspects jsonb[] := '{}';
  v_rows bigint := 0;
  v_row record;
  v_now timestamptz;
  v_same boolean;
begin
  select array_agg(o) into v_findings from audit.replay_obstacles(p_entrypoint) as o;
  if not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
    begin
      v_findings := v_findings || array(select f from audit.replay_walk_world(p_entrypoint, p_from, p_upto, v_shadow) as f);
      if not exists (select 1 from unnest(v_findings) as f where f.level = 'blocking') then
        for v_row in execute format('select r.row_key, r.t0 from %I.timeseal_row as r order by r.t0, r.row_key', v_shadow) loop
          perform set_config('timeseal.replay_key', v_row.row_key::text, true);
          if v_row.t0 is distinct from v_now then
            perform set_config('timeseal.replay_last', coalesce(v_now, p_from)::text, true),
              set_config('timeseal.replay_now', v_row.t0::text, true);
            v_now := v_row.t0;
            execute format('select %I.timeseal_turn()', v_shadow);
          end if;
          execute format('select %I.timeseal_same()', v_shadow) into v_same;
          execute format('select %I.timeseal_done()', v_shadow);
          v_rows := v_rows + 1;
          if v_same is not true then
            v_suspects := v_suspects || v_row.row_key;
          end if;
        end loop;
      end if;
      raise exception using errcode = 'TSR00', message = 'the shadow world is rolled back';
    exception
      when sqlstate 'TSR00' then
        null;
      when grouping_error then -- a text that relies on the key of a table that is a view here: no row can be done the short way
        v_suspects := audit.replay_row_keys(p_entrypoint, p_from, p_upto);
        v_rows := cardinality(v_suspects);
    end;
  end if;
  v_findings := coalesce(v_findings, '{}');
  for v_row in select s.row_key, s.place from unnest(v_suspects) with ordinality as s (row_key, place) order by s.place loop
    if (select count(*) from unnest(v_findings) as f where f.level = 'blocking') >= 20 then
      v_rows := v_rows - (cardinality(v_suspects) - v_row.place + 1); -- convicted already: the rest is neither proven nor acquitted
      exit;
    end if;
    v_findings := v_findings || array(select f from audit.replay_run(
      p_entrypoint, (v_row.row_key ->> p_entrypoint.t0_column)::timestamptz, null, false,
      case when p_entrypoint.t0_column = any (p_entrypoint.key_columns) then v_row.row_key
        else v_row.row_key - p_entrypoint.t0_column end) as f);
  end loop;
  insert into audit.replay_log (entrypoint, cut, from_t0, mode, kept_rows, rows_compared, columns_compared, findings, seconds)
  values (p_entrypoint.entrypoint, p_upto, p_from, 'row', cardinality(v_suspects), v_rows,
    (select count(*) from pg_catalog.pg_attribute as a
      where a.attrelid = p_entrypoint.relid and a.attnum > 0 and not a.attisdropped),
    cardinality(v_findings), extract(epoch from clock_timestamp() - v_started));
  return query select f.* from unnest(v_findings) as f;
end
$$;
