-- purpose: what a crawl saw of an ad; the earliest row of a key defines its t0 for ever
-- grain: one row per ad, instant, source and payload
-- reads: nothing
-- writes: raw.listing_observation
-- time: observed_at is event time and knowledge time at once, stamped by the database unless the run is a backfill
create table if not exists raw.listing_observation (
  generation integer not null,
  listing_id bigint not null,
  observed_at timestamptz not null default clock_timestamp(),
  source text not null,
  run_id bigint not null,
  state_seen text not null default 'live',
  price integer,
  currency text,
  title text,
  description text,
  url text,
  model text,
  storage_gb integer,
  storage text,
  condition text,
  seller_key text,
  seller_rating double precision,
  review_count integer,
  member_since_year integer,
  location_city text,
  postal_code text,
  edited_at timestamptz,
  is_inactive boolean,
  is_bidding boolean,
  payload_sha256 text not null,
  known_at_kind text not null default 'observed'
    constraint listing_observation_known_at_kind check (known_at_kind in ('observed', 'declared')),
  constraint listing_observation_seen_at_an_instant check (isfinite(observed_at)),
  primary key (generation, listing_id, observed_at, source, payload_sha256)
);
create index if not exists listing_observation_listing_idx
  on raw.listing_observation (listing_id, observed_at, generation);
create index if not exists listing_observation_observed_idx on raw.listing_observation (observed_at);
create index if not exists listing_observation_run_idx on raw.listing_observation using brin (run_id);
-- the few that somebody declared of a time when nobody was watching
create index if not exists listing_observation_declared_idx on raw.listing_observation (generation, listing_id)
  where known_at_kind is distinct from 'observed';
