-- purpose: replay between two t0 while every fact known exactly at some t0 is known a tick later; suspects are replayed exactly
-- grain: one finding per leaking column
-- reads: what audit.replay_run reads
-- writes: audit.replay_log
-- time: the tick finds <= for <, on every row at once; only a cut at the suspect's own t0 convicts
create or replace function audit.replay_between(p_entrypoint audit.entrypoint, p_cut timestamptz)
returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_suspects audit.finding[] := array(
    select f from audit.replay_run(p_entrypoint, p_cut, null, true, null) as f);
  v_key jsonb;
begin
  if not exists (select 1 from unnest(v_suspects) as f where f.level = 'blocking') then
    return query select f.* from unnest(v_suspects) as f;
    return;
  end if;
  return query select f.* from audit.replay_run(p_entrypoint, p_cut, null, false, null) as f;
  for v_key in
    select distinct f.subject::jsonb
    from unnest(v_suspects) as f
    where f.level = 'blocking' and f.subject like '{%}'
    order by 1
    limit 2
  loop
    return query
    select f.*
    from audit.replay_run(p_entrypoint, (v_key ->> p_entrypoint.t0_column)::timestamptz, null, false, v_key) as f;
  end loop;
end
$$;
