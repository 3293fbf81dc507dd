-- purpose: who may look at the state of now: those who work on it, never a reader of features
-- grain: one grant per view
-- reads: nothing
-- writes: privileges
-- time: none
grant usage on schema "iPhone" to timeseal_worker;
grant select on "iPhone".iphone_listings, "iPhone".iphone_ai_enrich to timeseal_worker;
