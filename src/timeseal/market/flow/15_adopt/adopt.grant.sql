-- purpose: the worker takes adopted tables in; how that is done is called by nobody else
-- grain: one grant per object
-- reads: nothing
-- writes: privileges
-- time: none
revoke all on function raw.adopted_doc(jsonb, jsonb), raw.adopted_key(text), raw.cell_fault(text, text),
  raw.adopted_instant(text, text), raw.adopted_state(jsonb, jsonb, jsonb), raw.brings_code(oid), raw.adopted_write(), raw.adopted_triggers(oid, jsonb), raw.adopted_rows(raw.adoption),
  raw.adopted_changes(raw.adoption, boolean, timestamptz), 
  raw.adopted_faults(jsonb, jsonb, text, jsonb, timestamptz, timestamptz, timestamptz, boolean),
  raw.adopted_events(text, text, text, jsonb, text, boolean, timestamptz, timestamptz, text, text, text, text, text),
  raw.adopted_attributes(text, jsonb, jsonb, timestamptz, text, text), raw.take_in(bigint, bigint), raw.this_database() from public;
grant execute on function raw.take_in(bigint, bigint) to timeseal_worker;
grant execute on function raw.this_database() to timeseal_worker, timeseal_certifier;
grant select (change_id, relid, operation, seen_at) on raw.adopted_change to timeseal_worker, timeseal_certifier;
grant select on raw.adoption, raw.adopted_target to timeseal_worker, timeseal_certifier;
