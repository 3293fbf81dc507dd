-- purpose: replay between two t0 while every fact known exactly at some t0 is known a tick later; suspects are replayed exactly
-- grain: one finding per leaking column
-- reads: what audit.replay_run reads
-- writes: audit.replay_log
-- time: the tick finds <= for <, on every row from p_from on; only a cut at the suspect's own t0 convicts, and is never stopped by p_until
create or replace function audit.replay_between(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_from timestamptz default null,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_seeded boolean := p_from is not null;
  v_suspects audit.finding[] := array(
    select f from audit.replay_run(p_entrypoint, p_cut, p_from, true, null, v_seeded, p_until) as f);
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
    v_t0 := audit.replay_t0(p_entrypoint, v_key::text);
    if v_t0 is null then -- a row that only its text gives, and no time to try it at: not acquitted
      return query select f.* from unnest(v_suspects) as f where f.level = 'blocking' and f.subject like '{%' and f.subject::jsonb = v_key;
      continue;
    end if;
    return query
    select f.* from audit.replay_run(p_entrypoint, v_t0, case when v_seeded then v_t0 end, false, v_key, v_seeded) as f;
  end loop;
end
$$;
