-- purpose: worker and certifier may ask the doctor and for the class of protection
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant execute on function audit.doctor(), audit.protection_class() to timeseal_worker, timeseal_certifier;
