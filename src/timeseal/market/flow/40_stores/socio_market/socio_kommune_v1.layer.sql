-- purpose: centrality and income of the municipality of an ad, and its price against a month of that income
-- grain: one row per (generation, listing_id, t0) of tom_features_v1
-- reads: tom_features_v1, listing_place_v1, kommune_place_socio_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: every release was published before t0; codes are followed through the years in which they were valid
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  p.postal_code4,
  p.kommune_code4,
  left(p.kommune_code4, 2) as fylke_code2,
  p.postal_kommune_snapshot_date,
  c.centrality_class,
  c.centrality_standard,
  i.income_median_after_tax_nok,
  i.income_gross_nok,
  case
    when i.income_median_after_tax_nok is not null then 'median_after_tax'
    when i.income_gross_nok is not null then 'gross'
  end as income_kind,
  i.snapshot_date as socio_snapshot_date,
  (p.kommune_code4 is null)::integer as miss_kommune,
  (c.centrality_class is null or i.income is null)::integer as miss_socio,
  case when f.price > 0 then round(12 * f.price / i.income, 6)::double precision end as price_months_income,
  case
    when f.price >= 0 and i.income > 0 then greatest(-5.964859, least(-3.610855, round(ln((f.price + 1) / i.income), 6)))::double precision
  end as log_price_to_income_cap,
  greatest(p._max_known_at, c.known_at, i.known_at) as _max_known_at
from tom_features_v1 as f
left join listing_place_v1 as p on p.generation = f.generation and p.listing_id = f.listing_id and p.t0 = f.t0
left join lateral (
  select s.centrality_class, s.centrality_standard, s.known_at
  from kommune_place_socio_v1 as s
  where s.history_release_id = p.kommune_history_release_id and s.place_code4 = p.kommune_place_code4 and s.known_at < f.t0
    and s.centrality_class is not null
  order by s.snapshot_date desc, s.known_at desc, s.release_id desc
  limit 1
) as c on true
left join lateral (
  select s.income_median_after_tax_nok, s.income_gross_nok, s.snapshot_date, s.known_at,
    coalesce(s.income_median_after_tax_nok, s.income_gross_nok)::numeric as income
  from kommune_place_socio_v1 as s
  where s.history_release_id = p.kommune_history_release_id and s.place_code4 = p.kommune_place_code4 and s.known_at < f.t0
    and coalesce(s.income_median_after_tax_nok, s.income_gross_nok) is not null
  order by s.snapshot_date desc, s.known_at desc, s.release_id desc
  limit 1
) as i on true
