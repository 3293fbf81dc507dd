-- purpose: centrality and income of today's municipalities, carried over from the codes their areas had when measured
-- grain: one row per (code history release, figures release, snapshot, place)
-- reads: kommune_code_history, kommune_socio_history
-- writes: nothing; bound as a stored layer
-- time: known when history, figures and populations were all published; codes are read in the year of the snapshot
with member as (
  select
    h.release_id as history_release_id,
    s.release_id,
    s.snapshot_date,
    coalesce(h.successor_code4, h.kommune_code4) as place_code4,
    s.kommune_code4,
    s.centrality_class,
    s.centrality_standard,
    s.income_median_after_tax_nok,
    s.income_gross_nok,
    greatest(h.known_at, s.known_at) as known_at,
    w.people
  from kommune_socio_history as s
  join kommune_code_history as h
    on h.kommune_code4 = s.kommune_code4
    and h.valid_from_year <= extract(year from s.snapshot_date)
    and coalesce(h.valid_to_year, 9999) >= extract(year from s.snapshot_date)
  left join lateral (
    select p.population as people
    from kommune_socio_history as p
    where p.kommune_code4 = s.kommune_code4 and p.population is not null
      and p.known_at <= greatest(h.known_at, s.known_at)
      and p.snapshot_date <= s.snapshot_date
    order by p.snapshot_date desc, p.known_at desc, p.release_id desc
    limit 1
  ) as w on true
  where s.centrality_class is not null
    or s.income_median_after_tax_nok is not null
    or s.income_gross_nok is not null
)
select
  m.history_release_id,
  m.release_id,
  m.snapshot_date,
  m.place_code4,
  (array_agg(m.centrality_class order by m.people desc nulls last, m.kommune_code4))[1] as centrality_class,
  (array_agg(m.centrality_standard order by m.people desc nulls last, m.kommune_code4))[1] as centrality_standard,
  case when count(*) = 1 then min(m.income_median_after_tax_nok) end as income_median_after_tax_nok,
  round(sum(m.income_gross_nok::numeric * m.people) / sum(m.people) filter (where m.income_gross_nok is not null), 2)
    ::double precision as income_gross_nok,
  count(*) as member_count,
  max(m.known_at) as known_at
from member as m
group by m.history_release_id, m.release_id, m.snapshot_date, m.place_code4
