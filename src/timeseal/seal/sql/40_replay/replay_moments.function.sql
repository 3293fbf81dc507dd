-- purpose: the decision times of an entrypoint that no other follows within a tick, for the shadow relation timeseal_moment
-- grain: one row per t0
-- reads: the entrypoint
-- writes: the shadow schema
-- time: p_from <= t0 <= p_cut; what was known at an earlier t0 is earlier than every row under test, by a tick or not
create or replace function audit.replay_moments(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_from timestamptz,
  p_shadow text
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
begin
  execute format(
    'create unlogged table %1$I.timeseal_moment as select m.t0 from ('
    'select e.%2$I as t0, lead(e.%2$I) over (order by e.%2$I) as next_t0 from %3$s as e where e.%2$I >= %4$L::timestamptz and e.%2$I <= %5$L::timestamptz group by e.%2$I'
    ') as m where m.next_t0 is distinct from m.t0 + interval ''1 microsecond''',
    p_shadow, p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid), coalesce(p_from, '-infinity')::text,
    (p_cut + interval '1 microsecond')::text);
  execute format('create index on %I.timeseal_moment (t0)', p_shadow);
  execute format('analyze %I.timeseal_moment', p_shadow);
end
$$;
