-- purpose: prove that nothing which becomes known of an entity or its neighbours at or after a row's t0 reaches that row
-- grain: one finding per leaking column; none when every sampled row is the same byte for byte
-- reads: what audit.replay_pair reads
-- writes: audit.replay_log
-- time: each sampled row has its own t0; a value made of knowledge time itself is a suspect, which only poison at its very t0 convicts
create or replace function audit.replay_entity(
  p_entrypoint text,
  p_sample integer default 200,
  p_seed text default '',
  p_round integer default 0
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
    select f from audit.replay_pair(v_entrypoint, 'entity', p_sample, p_seed, p_round) as f);
  v_convicted audit.finding[] := '{}';
  v_slot timestamptz;
  v_tried timestamptz[] := '{}';
begin
  loop
    select (f.subject::jsonb ->> v_entrypoint.t0_column)::timestamptz into v_slot
    from unnest(v_suspects) as f
    where f.level = 'blocking' and f.subject like '{%'
      and not exists (select 1 from unnest(v_convicted) as c where c.object = f.object)
      and (f.subject::jsonb ->> v_entrypoint.t0_column)::timestamptz <> all (v_tried)
    order by f.object
    limit 1;
    exit when not found or cardinality(v_tried) = 8;
    v_tried := v_tried || v_slot;
    v_convicted := v_convicted || audit.replay_named(v_entrypoint, 'entity', p_sample, p_seed, p_round, v_slot, array(
      select f from audit.replay_pair(v_entrypoint, 'entity', p_sample, p_seed, p_round, v_slot) as f
      where not exists (select 1 from unnest(v_convicted) as c where c.object = f.object)));
  end loop;
  return query
  select f.* from unnest(v_convicted) as f
  union all
  select f.* from unnest(v_suspects) as f
  where f.level <> 'blocking' or f.subject not like '{%'
    -- eight trials: what is still untried is not acquitted
    or (v_slot is not null and (f.subject::jsonb ->> v_entrypoint.t0_column)::timestamptz <> all (v_tried)
      and not exists (select 1 from unnest(v_convicted) as c where c.object = f.object));
end
$$;
