-- purpose: market columns that contradict their support: counts below 0, means without ads, comparables at or after t0
-- grain: one bad row
-- reads: market_relative_socio_t0_v1, affordability_v1, tom_features_v1_enriched_clean
-- writes: nothing
-- time: comp_max_t0 < t0
select m.generation, m.listing_id, m.t0, m.comp_n_30d_super, m.comp_n_30d_kommune, a.aff_n_in_seg, a.aff_state
from market_relative_socio_t0_v1 as m
left join affordability_v1 as a on a.generation = m.generation and a.listing_id = m.listing_id and a.t0 = m.t0
where m.comp_n_30d_super < 0
  or m.comp_n_30d_kommune < 0
  or (m.comp_n_30d_super > 0) <> (m.comp_log_price_mean_30d_super is not null)
  or (m.comp_n_30d_kommune > 0) <> (m.comp_log_price_mean_30d_kommune is not null)
  or m.comp_max_t0_super >= m.t0
  or m.comp_max_t0_super < m.t0 - interval '720 hours'
  or m.comp_max_t0_kommune >= m.t0
  or m.comp_max_t0_kommune < m.t0 - interval '720 hours'
  or (m.rel_log_price_to_comp_mean30_super is not null and m.comp_n_30d_super < 20)
  or (m.rel_log_price_to_comp_mean30_kommune is not null and m.comp_n_30d_kommune < 20)
  or m.miss_rel_price <> (m.rel_price_best is null)::integer
  or (m.rel_price_source is null) <> (m.rel_price_best is null)
  or (a.aff_state = 'known') <> (a.aff_decile_in_seg is not null and a.aff_resid_in_seg is not null)
  or (a.aff_state = 'known' and a.aff_n_in_seg < 30)
  or a.aff_decile_in_seg not between 1 and 10
