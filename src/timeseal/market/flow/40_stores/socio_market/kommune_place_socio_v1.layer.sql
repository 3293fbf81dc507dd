-- purpose: centrality and income of places, carried over from the municipalities that their areas were when measured
-- grain: one row per (code history release, figures release, snapshot, place)
-- reads: kommune_member_socio_v1
-- writes: nothing; bound as a stored layer
-- time: all members are known at once, as their two releases are; a class is that of the most populous member, income is weighted by people
select
  m.history_release_id,
  m.release_id,
  m.snapshot_date,
  m.place_code4,
  (array_agg(m.centrality_class order by m.population desc nulls last, m.kommune_code4, m.valid_from_year))[1]
    as centrality_class,
  (array_agg(m.centrality_standard order by m.population desc nulls last, m.kommune_code4, m.valid_from_year))[1]
    as centrality_standard,
  -- a median of several municipalities is not known from theirs
  case when count(*) = 1 then min(m.income_median_after_tax_nok) end as income_median_after_tax_nok,
  case
    when count(*) = 1 then min(m.income_gross_nok)
    when count(*) = count(m.income_gross_nok * m.population)
      then round(sum(m.income_gross_nok::numeric * m.population) / sum(m.population), 2)::double precision
  end as income_gross_nok,
  count(*) as member_count,
  max(m.known_at) as known_at
from kommune_member_socio_v1 as m
group by m.history_release_id, m.release_id, m.snapshot_date, m.place_code4
