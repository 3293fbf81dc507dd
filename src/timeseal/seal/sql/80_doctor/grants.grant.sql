-- purpose: worker and certifier may ask the doctor
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant execute on function audit.doctor() to timeseal_worker, timeseal_certifier;
