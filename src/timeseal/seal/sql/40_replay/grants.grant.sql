-- purpose: the certifier may replay and read what was replayed
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant execute on function
  audit.replay(text, text, boolean, text, timestamptz, integer),
  audit.replay_record(text, text),
  audit.replay_world(text, timestamptz, timestamptz),
  audit.replay_entity(text, integer, text, integer, timestamptz),
  audit.replay_late(text, integer, text, integer, timestamptz),
  audit.replay_batches(text, integer),
  audit.replay_rows(text, timestamptz, timestamptz),
  audit.replay_summary(text, integer)
to timeseal_certifier;
