-- purpose: say of every fact whether its knowledge time was observed by us or declared by somebody else
-- grain: one column per fact relation, and an index of the declared rows alone
-- reads: nothing
-- writes: raw.listing_observation, raw.listing_event, raw.attribute_event
-- time: observed: the database or a crawl stamped known_at; declared: somebody states it of a time when we were not watching
alter table raw.listing_observation add column if not exists known_at_kind text not null default 'observed'
  constraint listing_observation_known_at_kind check (known_at_kind in ('observed', 'declared'));
alter table raw.listing_event add column if not exists known_at_kind text not null default 'observed'
  constraint listing_event_known_at_kind check (known_at_kind in ('observed', 'declared'));
alter table raw.attribute_event add column if not exists known_at_kind text not null default 'observed'
  constraint attribute_event_known_at_kind check (known_at_kind in ('observed', 'declared'));
create index if not exists listing_observation_declared_idx on raw.listing_observation (generation, listing_id)
  where known_at_kind is distinct from 'observed';
create index if not exists listing_event_declared_idx on raw.listing_event (generation, listing_id)
  where known_at_kind is distinct from 'observed';
create index if not exists attribute_event_declared_idx on raw.attribute_event (generation, listing_id)
  where known_at_kind is distinct from 'observed';
