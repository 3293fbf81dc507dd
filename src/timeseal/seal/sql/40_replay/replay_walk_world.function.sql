-- purpose: a shadow world whose end moves: settings name the moment and the one row under test
-- grain: one finding when it cannot be built honestly
-- reads: the catalogue, the entrypoint
-- writes: the shadow schema: relation timeseal_row, functions timeseal_turn (at a new moment), timeseal_same and timeseal_done (for a row)
-- time: from timeseal.replay_last to timeseal.replay_now facts become known; layers of another clock are recomputed at each moment
create or replace function audit.replay_walk_world(
  p_entrypoint audit.entrypoint,
  p_from timestamptz,
  p_upto timestamptz,
  p_shadow text
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_moment text := 'current_setting(''timeseal.replay_now'')::timestamptz';
  v_keys text;  -- the key under test, column by column
  v_own text;
  v_clear text;
  v_layers text;
  v_arrivals text;
  v_come text;
  v_go text;
begin
  execute format('create schema %I', p_shadow);
  execute format('create schema %I', p_shadow || '_text');
  perform set_config('timeseal.replay_now', p_from::text, true), set_config('timeseal.replay_last', p_from::text, true),
    set_config('timeseal.replay_key', '{}', true);
  execute format('create unlogged table %I.timeseal_row as select k.row_key, (k.row_key ->> %L)::timestamptz as t0 '
    'from unnest($1) as k (row_key)', p_shadow, p_entrypoint.t0_column)
    using audit.replay_row_keys(p_entrypoint, p_from, p_upto);
  select string_agg(format('(current_setting(''timeseal.replay_key'')::jsonb ->> %L)::%s as %I', a.attname,
      format_type(a.atttypid, a.atttypmod), a.attname), ', ' order by a.attnum),
    string_agg(format('e.%I = (current_setting(''timeseal.replay_key'')::jsonb ->> %L)::%s', a.attname, a.attname,
      format_type(a.atttypid, a.atttypmod)), ' and ' order by a.attnum)
  into v_keys, v_own
  from pg_catalog.pg_attribute as a
  where a.attrelid = p_entrypoint.relid and a.attname = any (p_entrypoint.key_columns);
  execute format('create view %I.timeseal_kept as select %s', p_shadow, v_keys);
  return query
  select f.* from audit.replay_build(p_entrypoint, p_from, false, p_shadow, null, v_moment) as f;
  if not found then
    -- one row more or less: what defines the row under test; between two moments: what became known
    select string_agg(format('insert into %1$I.%2$I select %3$s from %4$s as x where x.%5$I >= %6$s and x.%5$I < %7$s;',
        p_shadow, r.bare_name, audit.column_list(r.relid, 'x.'), audit.relation_name(r.relid), r.known_at,
        'current_setting(''timeseal.replay_last'')::timestamptz', v_moment), ' ' order by r.bare_name),
      string_agg(format('insert into %1$I.%2$I select %3$s from %4$s as x where (x.%5$I < %6$s) is not true and (false%7$s);',
        p_shadow, r.bare_name, audit.column_list(r.relid, 'x.'), audit.relation_name(r.relid), r.known_at, v_moment, r.kept),
        ' ' order by r.bare_name) filter (where r.kept is not null),
      string_agg(format('delete from %I.%I as x where (x.%I < %s) is not true and (false%s);',
        p_shadow, r.bare_name, r.known_at, v_moment, r.kept), ' ' order by r.bare_name) filter (where r.kept is not null)
    into v_arrivals, v_come, v_go
    from (
      select r.relid, r.bare_name, r.known_at, audit.replay_kept(p_entrypoint, r.relid, r.made, v_moment, p_shadow) as kept
      from audit.replay_relations(p_entrypoint.relid) as r
      where r.made_from is null and not audit.replay_is_whole(p_entrypoint.entrypoint, r.relid, r.made, r.known_at)
    ) as r;
    execute format('create function %I.timeseal_done() returns void language plpgsql as %L', p_shadow, format('begin %s end', v_go));
    select string_agg(format('delete from %I.timeseal_layer_%s;', p_shadow, s.relid), ' '),
      string_agg(format('delete from %1$I.timeseal_layer_%2$s; insert into %1$I.timeseal_layer_%2$s select %3$s from %4$I.%5$I as e where %6$s; '
        'if %7$s then return false; end if;', p_shadow, s.relid, audit.column_list(s.relid, 'e.'), p_shadow || '_text', s.bare_name,
        v_own, audit.replay_pairs_differ(s.relid, c.key_columns, format('%I.timeseal_layer_%s', p_shadow, s.relid), v_own, false)),
        ' ' order by s.step, s.bare_name)
    into v_clear, v_layers
    from audit.replay_steps(p_entrypoint.relid) as s
    join audit.replay_clocked(p_entrypoint) as c on c.relid = s.relid;
    execute format('create function %I.timeseal_same() returns boolean language plpgsql as %L', p_shadow,
      format('begin %s %s return not %s; end', v_come, v_layers, audit.replay_pairs_differ(p_entrypoint.relid, p_entrypoint.key_columns,
        format('%I.%I', p_shadow, (select c.relname from pg_catalog.pg_class as c where c.oid = p_entrypoint.relid)), v_own, false)));
    execute format('create function %I.timeseal_turn() returns void language plpgsql as %L', p_shadow, format('begin %s %s %s end', v_arrivals, v_clear, (
      select string_agg(format(
        'with n as materialized (select v, v::text as line from %2$I.%3$I as v), '
        'o as materialized (select h.ctid as place, h::text as line from %1$I.%3$I as h), '
        'gone as (delete from %1$I.%3$I as h using o where h.ctid = o.place and not exists (select 1 from n where n.line = o.line) returning 1), '
        'first as (select count(*) as rows from gone) ' -- the old rows go before the new ones come
        'insert into %1$I.%3$I select (n.v).* from first cross join n '
        'where first.rows >= 0 and not exists (select 1 from o where o.line = n.line);',
        p_shadow, p_shadow || '_text', s.bare_name), ' ' order by s.step, s.bare_name)
      from audit.replay_steps(p_entrypoint.relid) as s
      where s.made = 'layer' and not exists (select 1 from audit.replay_clocked(p_entrypoint) as c where c.relid = s.relid))));
  end if;
end
$$;
