-- purpose: attribute values that a later step read or repaired, never overwriting what was seen
-- grain: one row per ad, attribute, knowledge time, source and method version
-- reads: nothing
-- writes: raw.attribute_event
-- time: event_time is the state the value describes, known_at when we recorded it
create table if not exists raw.attribute_event (
  generation integer not null,
  listing_id bigint not null,
  attribute text not null,
  value text,
  event_time timestamptz not null,
  known_at timestamptz not null default clock_timestamp(),
  source text not null,
  method text not null,
  method_version text not null,
  confidence double precision,
  evidence jsonb,
  run_id bigint not null,
  known_at_kind text not null default 'observed'
    constraint attribute_event_known_at_kind check (known_at_kind in ('observed', 'declared')),
  primary key (generation, listing_id, attribute, known_at, source, method, method_version)
);
create index if not exists attribute_event_run_idx on raw.attribute_event using brin (run_id);
-- the few that somebody declared of a time when nobody was watching
create index if not exists attribute_event_declared_idx on raw.attribute_event (generation, listing_id)
  where known_at_kind is distinct from 'observed';
