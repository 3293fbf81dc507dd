-- purpose: everybody who trains or scores reads contracts and asserts them; the certifier stamps and promotes
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
revoke all on all functions in schema ml from public;
grant select on ml.feature_set, ml.feature_contract, ml.feature_set_current
to ml_training, timeseal_worker, timeseal_certifier;
grant execute on function ml.check_feature_contract(text), ml.assert_feature_contract(text)
to ml_training, timeseal_worker, timeseal_certifier;
grant execute on function ml.stamp_feature_contract(text), ml.promote_feature_contract(text) to timeseal_certifier;
