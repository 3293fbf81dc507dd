-- purpose: choose two cuts: by a seed one on a t0 with the most facts known at that instant, and one above the last t0
-- grain: one row per cut
-- reads: the entrypoint, its fact relations
-- writes: nothing
-- time: the first cut lies in the earlier p_share of the rows (it is about its own instant), the second leaves no row out
create or replace function audit.replay_cuts(
  p_entrypoint audit.entrypoint,
  p_seed text,
  p_share double precision default 0.5
)
returns table (kind text, cut timestamptz)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  return query execute format(
    'with moment as (select e.%1$I as t0, sum(count(*)) over (order by e.%1$I) as upto, '
    'sum(count(*)) over () as total, lead(e.%1$I) over (order by e.%1$I) as next_t0 '
    'from %2$s as e where e.%1$I is not null group by e.%1$I), '
    'late as (select m.t0, m.next_t0, m.upto between $3 / 5 * m.total and $3 * m.total as early_part, '
    'sha256(convert_to($1 || extract(epoch from m.t0)::text, ''UTF8'')) as lot from moment as m), '
    'tie as (select t.t0, count(*) as relations, sum(t.pairs) as pairs from audit.replay_ties($2) as t group by t.t0), '
    'tied as (select l.t0, l.lot from late as l left join tie as t on t.t0 = l.t0 '
    'order by l.early_part desc, t.relations desc nulls last, t.pairs desc nulls last, l.lot limit 8) '
    '(select ''on'', c.t0 from tied as c order by c.lot limit 1) union all '
    '(select ''between'', l.t0 + coalesce((l.next_t0 - l.t0) / 2, interval ''1 microsecond'') '
    'from late as l order by l.t0 desc limit 1)',
    p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid)) using coalesce(p_seed, ''), p_entrypoint, p_share;
end
$$;
