-- purpose: the published feature blocks, their entrypoints and the runner names that scripts call
-- grain: one row per block; one row per runner
-- reads: nothing
-- writes: audit.t0_block, audit.runner
-- time: none
insert into audit.t0_block (feature_block, ordinal, entrypoint, surface, columns)
select b.feature_block, b.ordinal, b.entrypoint, coalesce(b.surface, b.entrypoint), b.columns
from (values
  ('main_feature_store', 1, 'ml.socio_market_feature_store_t0_v1_v', null, array[
    'anchor_median_hours_14d', 'anchor_14d_n', 'ask_median_price', 'ask_cnt', 'sold_median_price_30d', 'sold_cnt_30d',
    'ptv_final']),
  -- what is read out of an ad arrives after t0, so it stands on the surface of the later clock
  ('ai_enrichment_store', 2, 'ml.socio_market_feature_store_t0_v1_v', 'ml.socio_market_feature_store_landmark_v1_v', array[
    'ai_sale_mode_unspecified', 'ai_owner_unknown', 'ai_ship_unspecified', 'ai_rep_unknown', 'ai_opening_offer_ratio',
    'ai_state']),
  ('socio_economic_store', 3, 'ml.socio_market_feature_store_t0_v1_v', null, array[
    'centrality_class', 'miss_kommune', 'miss_socio', 'price_months_income', 'log_price_to_income_cap',
    'aff_resid_in_seg', 'aff_decile_in_seg', 'rel_log_price_to_comp_mean30_super',
    'rel_log_price_to_comp_mean30_kommune', 'rel_price_best', 'rel_price_source', 'miss_rel_price']),
  ('orderbook_store', 4, 'ml.socio_market_feature_store_t0_v1_v', null, array[
    'ob_k_active_30d_sm', 'ob_median_price_30d_sm', 'ob_lr_vs_median_30d_sm', 'ob_lr_vs_min_30d_sm',
    'ob_delta_vs_median_30d_sm', 'ob_price_pctl_30d_sm', 'ob_log_p90_p10_30d_sm', 'ob_lr_over_spread_30d_sm',
    'ob_has_comp_30d_sm']),
  ('anchor_priors_store', 5, 'ml.socio_market_feature_store_t0_v1_v', null, array[
    'speed_fast7_anchor', 'speed_fast24_anchor', 'speed_slow21_anchor', 'speed_median_hours_ptv', 'speed_n_eff_ptv',
    'anchor_blend_t0', 'ptv_anchor_strict_t0', 'anchor_price_smart', 'anchor_n_support', 'ptv_anchor_smart']),
  ('geo_store', 6, 'ml.geo_feature_store_t0_v1_v', null, '{}'),
  ('vision_store', 7, 'ml.vision_feature_store_t0_v1_v', null, '{}'),
  ('fusion_store', 8, 'ml.fusion_feature_store_t0_v1_v', null, '{}'),
  ('device_meta_store', 9, 'ml.device_meta_store_t0_v1_v', null, '{}'),
  ('trainer_derived', 10, 'ml.trainer_derived_feature_store_t0_v1_v', null, '{}'),
  ('anchor_woe_store', 11, 'ml.woe_anchor_feature_store_t0_v1_v', null, '{}'),
  ('trainer_missing_flags', 12, 'ml.trainer_missing_flags_store_t0_v1_v', null, '{}'),
  ('survival', 13, 'ml.survival_feature_store_t0_v1_v', null, '{}')
) as b (feature_block, ordinal, entrypoint, surface, columns)
on conflict (feature_block) do update
set ordinal = excluded.ordinal, entrypoint = excluded.entrypoint, surface = excluded.surface, columns = excluded.columns;
insert into audit.runner (runner, entrypoint, arguments, assertion)
values
  ('run_t0_cert_survival_v1', 'ml.survival_feature_store_t0_v1_v', 'days', 'assert_t0_certified_survival_v1'),
  ('run_t0_cert_trainer_derived_store_v1', 'ml.trainer_derived_feature_store_t0_v1_v', 'days', null),
  ('run_t0_cert_geo_store_v1', 'ml.geo_feature_store_t0_v1_v', 'days', 'assert_t0_certified_geo_store_v1'),
  ('run_t0_cert_socio_market_v1', 'ml.socio_market_feature_store_t0_v1_v', 'days', 'assert_t0_certified_socio_market_v1')
on conflict (runner) do nothing;
