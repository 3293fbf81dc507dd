-- purpose: prove that nothing which becomes known of an entity or its neighbours at or after a row's t0 reaches that row
-- grain: one finding per leaking column; none when every sampled row is the same byte for byte
-- reads: what audit.replay_pair reads
-- writes: audit.replay_log
-- time: each sampled row has its own t0; a value made of knowledge time itself is a suspect, which only poison at its very t0 convicts; past p_until the first pair of worlds stops
create or replace function audit.replay_entity(
  p_entrypoint text,
  p_sample integer default 200,
  p_seed text default '',
  p_round integer default 0,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_suspects audit.finding[] := array(
    select f from audit.replay_pair(
      v_entrypoint, 'entity', p_sample, p_seed, p_round, p_until => p_until) as f);
  v_convicted audit.finding[] := '{}';
  v_slot timestamptz;
  v_tried timestamptz[] := '{}';
begin
  loop
    select t.t0 into v_slot
    from unnest(v_suspects) as f
    cross join lateral audit.replay_t0(v_entrypoint, f.subject) as t (t0)
    where f.level = 'blocking'
      and not exists (select 1 from unnest(v_convicted) as c where c.object = f.object)
      and t.t0 <> all (v_tried)
    group by t.t0
    order by count(*) desc, t.t0 desc
    limit 1;
    exit when not found or cardinality(v_tried) = 24;
    v_tried := v_tried || v_slot;
    v_convicted := v_convicted || audit.replay_named(v_entrypoint, 'entity', p_sample, p_seed, p_round, v_slot, array(
      select f from audit.replay_pair(v_entrypoint, 'entity', p_sample, p_seed, p_round, v_slot) as f
      where not exists (select 1 from unnest(v_convicted) as c where c.object = f.object)));
  end loop;
  return query
  select f.* from unnest(v_convicted) as f
  union all
  select f.*
  from unnest(v_suspects) as f
  cross join lateral audit.replay_t0(v_entrypoint, f.subject) as t (t0)
  where f.level <> 'blocking' or f.subject not like '{%'
    -- so many trials: what is still untried, or has no time to be tried at, is not acquitted
    or ((t.t0 is null or v_slot is not null and t.t0 <> all (v_tried))
      and not exists (select 1 from unnest(v_convicted) as c where c.object = f.object));
end
$$;
