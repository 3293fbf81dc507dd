-- purpose: the published feature blocks, their entrypoints and the runner names that scripts call
-- grain: one row per block; one row per runner
-- reads: nothing
-- writes: audit.t0_block, audit.runner
-- time: none
insert into audit.t0_block (feature_block, entrypoint)
values
  ('main_feature_store', 'ml.socio_market_feature_store_t0_v1_v'),
  ('ai_enrichment_store', 'ml.socio_market_feature_store_t0_v1_v'),
  ('socio_economic_store', 'ml.socio_market_feature_store_t0_v1_v'),
  ('orderbook_store', 'ml.socio_market_feature_store_t0_v1_v'),
  ('anchor_priors_store', 'ml.socio_market_feature_store_t0_v1_v'),
  ('geo_store', 'ml.geo_feature_store_t0_v1_v'),
  ('vision_store', 'ml.vision_feature_store_t0_v1_v'),
  ('fusion_store', 'ml.fusion_feature_store_t0_v1_v'),
  ('device_meta_store', 'ml.device_meta_store_t0_v1_v'),
  ('trainer_derived', 'ml.trainer_derived_feature_store_t0_v1_v'),
  ('anchor_woe_store', 'ml.woe_anchor_feature_store_t0_v1_v'),
  ('trainer_missing_flags', 'ml.trainer_missing_flags_store_t0_v1_v'),
  ('survival', 'ml.survival_feature_store_t0_v1_v')
on conflict (feature_block) do nothing;
insert into audit.runner (runner, entrypoint, arguments, assertion)
values
  ('run_t0_cert_survival_v1', 'ml.survival_feature_store_t0_v1_v', 'days', 'assert_t0_certified_survival_v1'),
  ('run_t0_cert_trainer_derived_store_v1', 'ml.trainer_derived_feature_store_t0_v1_v', 'days', null),
  ('run_t0_cert_geo_store_v1', 'ml.geo_feature_store_t0_v1_v', 'days', 'assert_t0_certified_geo_store_v1'),
  ('run_t0_cert_socio_market_v1', 'ml.socio_market_feature_store_t0_v1_v', 'days', 'assert_t0_certified_socio_market_v1')
on conflict (runner) do nothing;
