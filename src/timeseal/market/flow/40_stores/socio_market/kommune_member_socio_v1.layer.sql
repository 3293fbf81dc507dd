-- purpose: figures of a municipality code, and the place that its area belongs to now
-- grain: one row per (code history release and its row, figures release and its row)
-- reads: kommune_code_history, kommune_socio_history
-- writes: nothing; bound as a stored layer
-- time: known when history and figures were both published; codes are read in the year of the snapshot
select
  h.release_id as history_release_id,
  h.valid_from_year,
  s.release_id,
  s.kommune_code4,
  s.snapshot_date,
  coalesce(h.successor_code4, h.kommune_code4) as place_code4,
  s.centrality_class,
  s.centrality_standard,
  s.income_median_after_tax_nok,
  s.income_gross_nok,
  w.population,
  greatest(h.known_at, s.known_at) as known_at
from kommune_socio_history as s
join kommune_code_history as h
  on h.kommune_code4 = s.kommune_code4
  and h.valid_from_year <= extract(year from s.snapshot_date)
  and coalesce(h.valid_to_year, 9999) >= extract(year from s.snapshot_date)
left join lateral (
  select p.population
  from kommune_socio_history as p
  where p.kommune_code4 = s.kommune_code4
    and p.population > 0
    and p.known_at <= greatest(h.known_at, s.known_at)
    and p.snapshot_date <= s.snapshot_date
  order by p.snapshot_date desc, p.known_at desc, p.release_id desc
  limit 1
) as w on true
where s.centrality_class is not null
  or s.income_median_after_tax_nok is not null
  or s.income_gross_nok is not null
