-- purpose: municipality, centrality and income of an ad's postal code, and its price against a month of that income
-- grain: one row per (generation, listing_id, t0) of tom_features_v1
-- reads: tom_features_v1, postal_code_to_kommune_history, kommune_code_history, kommune_place_socio_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: every release was published before t0; codes are followed through the years in which they were valid
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  f.postal_code4,
  k.kommune_code4,
  left(k.kommune_code4, 2) as fylke_code2,
  k.snapshot_date as postal_kommune_snapshot_date,
  c.centrality_class,
  c.centrality_standard,
  i.income_median_after_tax_nok,
  i.income_gross_nok,
  case
    when i.income_median_after_tax_nok is not null then 'median_after_tax'
    when i.income_gross_nok is not null then 'gross'
  end as income_kind,
  i.snapshot_date as socio_snapshot_date,
  (k.kommune_code4 is null)::integer as miss_kommune,
  (c.centrality_class is null or i.income is null)::integer as miss_socio,
  case when f.price > 0 then round(12 * f.price / i.income, 6)::double precision end as price_months_income,
  case
    when f.price >= 0 and i.income > 0 then greatest(-5.964859, least(-3.610855, round(ln((f.price + 1) / i.income), 6)))::double precision
  end as log_price_to_income_cap,
  greatest(k.known_at, h.known_at, c.known_at, i.known_at) as _max_known_at
from (
  select a.generation, a.listing_id, a.t0, a.edited_date, a.t0_day, a.price,
    ref.norm_postal_code(a.postal_code) as postal_code4
  from tom_features_v1 as a
) as f
left join lateral (
  select p.kommune_code4, p.snapshot_date, p.known_at
  from postal_code_to_kommune_history as p
  where p.postal_code = f.postal_code4 and p.known_at < f.t0
  order by p.snapshot_date desc, p.known_at desc, p.release_id desc
  limit 1
) as k on true
left join lateral (
  select v.release_id, coalesce(v.successor_code4, v.kommune_code4) as place_code4, v.known_at
  from kommune_code_history as v
  where v.kommune_code4 = k.kommune_code4 and v.known_at < f.t0
    and v.valid_from_year <= extract(year from k.snapshot_date)
    and coalesce(v.valid_to_year, 9999) >= extract(year from k.snapshot_date)
  order by v.known_at desc, v.release_id desc, v.valid_from_year desc
  limit 1
) as h on true
left join lateral (
  select s.centrality_class, s.centrality_standard, s.known_at
  from kommune_place_socio_v1 as s
  where s.history_release_id = h.release_id and s.place_code4 = h.place_code4 and s.known_at < f.t0
    and s.centrality_class is not null
  order by s.snapshot_date desc, s.known_at desc, s.release_id desc
  limit 1
) as c on true
left join lateral (
  select s.income_median_after_tax_nok, s.income_gross_nok, s.snapshot_date, s.known_at,
    coalesce(s.income_median_after_tax_nok, s.income_gross_nok)::numeric as income
  from kommune_place_socio_v1 as s
  where s.history_release_id = h.release_id and s.place_code4 = h.place_code4 and s.known_at < f.t0
    and coalesce(s.income_median_after_tax_nok, s.income_gross_nok) is not null
  order by s.snapshot_date desc, s.known_at desc, s.release_id desc
  limit 1
) as i on true
