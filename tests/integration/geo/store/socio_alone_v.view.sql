-- purpose: the socio layers alone
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1, socio_kommune_v1
-- writes: nothing
-- time: t0 columns only
select f.generation, f.listing_id, f.t0, f.t0_day, s.kommune_code4, s.fylke_code2, s.postal_kommune_snapshot_date,
  s.centrality_class, s.centrality_standard, s.income_median_after_tax_nok, s.income_gross_nok, s.income_kind,
  s.socio_snapshot_date, s.miss_kommune, s.miss_socio, s.price_months_income, s.log_price_to_income_cap
from tom_features_v1 as f
left join socio_kommune_v1 as s on s.generation = f.generation and s.listing_id = f.listing_id and s.t0 = f.t0
