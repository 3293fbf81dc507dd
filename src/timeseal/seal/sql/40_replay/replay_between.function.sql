-- purpose: replay between two t0 while every fact known exactly at some t0 is known a tick later; suspects are replayed exactly
-- grain: one finding per leaking column
-- reads: what audit.replay_run reads
-- writes: audit.replay_log
-- time: the tick finds <= for <, on every row from p_from on; only a cut at the suspect's own t0 convicts
create or replace function audit.replay_between(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_from timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_seeded boolean := p_from is not null;
  v_suspects audit.finding[] := array(
    select f from audit.replay_run(p_entrypoint, p_cut, p_from, true, null, v_seeded) as f);
  v_key jsonb;
  v_t0 timestamptz;
begin
  if not exists (select 1 from unnest(v_suspects) as f where f.level = 'blocking') then
    return query select f.* from unnest(v_suspects) as f;
    return;
  end if;
  return query select f.* from audit.replay_run(p_entrypoint, p_cut, p_from, false, null, v_seeded) as f;
  for v_key in
    select distinct f.subject::jsonb
    from unnest(v_suspects) as f
    where f.level = 'blocking' and f.subject like '{%'
    order by 1
    limit 2
  loop
    execute format('select e.%I from %s as e where jsonb_build_object(%s) = $1', p_entrypoint.t0_column,
      audit.relation_name(p_entrypoint.relid), (
        select string_agg(format('%L, e.%I', k.name, k.name), ', ') from unnest(p_entrypoint.key_columns) as k (name)))
      into v_t0 using v_key;
    v_t0 := coalesce(v_t0, (v_key ->> p_entrypoint.t0_column)::timestamptz); -- a row that only its text gives
    return query
    select f.* from audit.replay_run(p_entrypoint, v_t0, case when v_seeded then v_t0 end, false, v_key, v_seeded) as f;
  end loop;
end
$$;
