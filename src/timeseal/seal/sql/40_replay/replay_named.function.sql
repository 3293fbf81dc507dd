-- purpose: say in each finding of a pair of worlds which fact relation the leak reads, and how far from t0
-- grain: one finding
-- reads: what audit.replay_source reads
-- writes: audit.replay_log
-- time: as audit.replay_source
create or replace function audit.replay_named(
  p_entrypoint audit.entrypoint,
  p_mode text,
  p_sample integer,
  p_seed text,
  p_round integer,
  p_slot timestamptz,
  p_findings audit.finding[]
) returns audit.finding[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select 1 from unnest(p_findings) as f where f.level = 'blocking' and f.subject like '{%') then
    return coalesce(p_findings, '{}');
  end if;
  return array(
    with source as materialized (
      select s.object, string_agg(format('%s, %s', s.source, s.distance), '; ' order by s.source) as named
      from audit.replay_source(p_entrypoint, p_mode, p_sample, p_seed, p_round, p_slot) as s
      group by s.object
    )
    select row(f.gate, f.level, f.object, f.subject, f.expected, f.found, f.hint || coalesce('; source: ' || s.named, ''))::audit.finding
    from unnest(p_findings) as f
    left join source as s on s.object = f.object and f.subject like '{%'
  );
end
$$;
