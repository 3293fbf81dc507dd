-- purpose: declare this database a market of cars, with the waiting times of vertical.toml
-- grain: one row
-- reads: nothing
-- writes: ref.market, audit.t0_block
-- time: an ad unseen for 72 hours counts as gone; both clocks coincide
insert into ref.market (vertical, zone, currency, grace, landmark)
values ('cars', 'Europe/Berlin', 'EUR', interval '72 hours', interval '0 hours')
on conflict (singleton) do nothing;
update audit.t0_block as b
set promised = true
where b.feature_block in (
  'main_feature_store', 'orderbook_store', 'anchor_priors_store', 'trainer_derived', 'geo_store', 'survival');
update audit.t0_block as b
set absent = w.absent
from (values
  ('ai_enrichment_store', 'the ads carry a title and no description to read'),
  ('socio_economic_store', 'income by district was published after the ads: no t0 could know it'),
  ('vision_store', 'no photo was kept of any ad'),
  ('fusion_store', 'it joins what photos and descriptions say, and there are neither'),
  ('device_meta_store', 'cars have no such descriptions'),
  ('anchor_woe_store', 'not built for this market'),
  ('trainer_missing_flags', 'not built for this market')
) as w (feature_block, absent)
where b.feature_block = w.feature_block;
