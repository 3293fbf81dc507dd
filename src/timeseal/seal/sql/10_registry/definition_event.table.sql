-- purpose: every accepted change of a definition baseline: which object, from which digest to which, by whom, why
-- grain: one row per entrypoint, acceptance and object that changed
-- reads: nothing
-- writes: audit.definition_event
-- time: recorded_at is a wall-clock record
create table if not exists audit.definition_event (
  event_id bigint generated always as identity primary key,
  entrypoint text not null,
  object_fqn text not null,
  sha256_before text,
  sha256_after text,
  server_major integer not null,
  actor text not null default session_user,
  reason text not null,
  recorded_at timestamptz not null default clock_timestamp()
);
