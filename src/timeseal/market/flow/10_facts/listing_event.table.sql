-- purpose: what happened to an ad: published, edited, price_changed, gone, sold, removed, relisted, spam_marked
-- grain: one row per ad, event, its time, the time we knew of it, and source
-- reads: nothing
-- writes: raw.listing_event
-- time: event_time is when it happened (kind says how we know), known_at when we recorded it; only known_at admits
create table if not exists raw.listing_event (
  generation integer not null,
  listing_id bigint not null,
  event text not null check (event in (
    'published', 'edited', 'price_changed', 'gone', 'sold', 'removed', 'relisted', 'spam_marked', 'inactive', 'active')),
  event_time timestamptz not null,
  event_time_kind text not null check (event_time_kind in ('platform', 'first_observed', 'policy')),
  known_at timestamptz not null default clock_timestamp(),
  price integer,
  price_kind text check (price_kind in ('ask', 'last_ask', 'declared', 'audited')),
  mark text,
  source text not null,
  run_id bigint not null,
  evidence jsonb,
  known_at_kind text not null default 'observed'
    constraint listing_event_known_at_kind check (known_at_kind in ('observed', 'declared')),
  primary key (generation, listing_id, event, event_time, known_at, source),
  constraint listing_event_at_an_instant check (isfinite(event_time) and isfinite(known_at)),
  constraint listing_event_known_after_it_happened check (known_at >= event_time),
  constraint listing_event_mark_belongs_to_marks check (mark is null or event = 'spam_marked')
);
create index if not exists listing_event_run_idx on raw.listing_event using brin (run_id);
-- the few that somebody declared of a time when nobody was watching
create index if not exists listing_event_declared_idx on raw.listing_event (generation, listing_id)
  where known_at_kind is distinct from 'observed';
