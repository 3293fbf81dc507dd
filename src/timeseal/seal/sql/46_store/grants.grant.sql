-- purpose: worker and certifier may refresh; nobody else calls anything of this folder
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant execute on function audit.refresh_store(text, boolean, boolean) to timeseal_worker, timeseal_certifier;
grant execute on function audit.refresh_plan(text) to timeseal_worker, timeseal_certifier;
grant execute on function audit.refresh_published(text) to timeseal_worker, timeseal_certifier;
grant execute on procedure audit.refresh(text) to timeseal_worker, timeseal_certifier;
