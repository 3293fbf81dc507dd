-- purpose: the worker appends facts and runs, and reads them; nobody else sees raw
-- grain: one grant per object
-- reads: nothing
-- writes: privileges
-- time: none
revoke all on function raw.end_run(bigint, text), raw.close_expired_runs(), raw.renew_lease(bigint, interval),
  raw.open_run(text, text, text, interval, timestamptz), raw.close_run(bigint, bigint, bigint, bigint),
  raw.run_knowledge(bigint), raw.safe_horizon(), raw.fact_reach(bigint[]), raw.observed_until(),
  raw.guard_facts(regclass, text, regproc), raw.admitting_run(bigint), raw.abandon_run(bigint) from public;
grant usage on schema raw, ref to timeseal_worker, timeseal_certifier;
grant execute on function raw.open_run(text, text, text, interval, timestamptz),
  raw.close_run(bigint, bigint, bigint, bigint), raw.renew_lease(bigint, interval), raw.close_expired_runs(),
  raw.abandon_run(bigint), raw.observed_until() to timeseal_worker;
grant select, insert on raw.listing_observation, raw.listing_event, raw.attribute_event, raw.image_asset,
  raw.image_label_event, raw.quarantine, ref.release, ref.cohort, ref.geo_postal, ref.geo_district,
  ref.kreis_income, ref.postal_code_to_super_metro, ref.city_to_super_metro, ref.postal_code_to_kommune_history,
  ref.kommune_code_history, ref.kommune_socio_history, ref.fylke_history to timeseal_worker;
grant select on ref.release_rows to timeseal_worker;
grant select on raw.run, ref.market, ref.release_content, ref.release_fault, ref.release_admission,
  ref.geo_mapping_current, ref.geo_mapping_release, ref.geo_pin to timeseal_worker, timeseal_certifier;
