-- purpose: each simulated ad as it is: its hidden value and rates, how it really ended, what was paid
-- grain: one row per ad, seen or never seen
-- reads: nothing
-- writes: truth.listing
-- time: published_at and ended_at are when it happened; first_seen_at is t0, NULL when no crawl saw the ad
create table if not exists truth.listing (
  world text not null,
  listing_id bigint not null,
  generation integer not null,
  kind text not null,
  seller_key text not null,
  parent_listing_id bigint,
  published_at timestamptz not null,
  first_seen_at timestamptz,
  ended text not null check (ended in ('sold', 'removed', 'open')),
  ended_at timestamptz,
  paid integer,
  first_price integer not null,
  value_nok double precision not null,
  storage_gb integer not null,
  colour text not null,
  grade double precision not null,
  battery_pct integer,
  damage_severity integer not null,
  sale_mode text not null,
  shipping text not null,
  owner_type text not null,
  first_owner boolean not null,
  repair_provider text not null,
  auction boolean not null,
  frailty double precision not null,
  distrusted boolean not null,
  hunter_rate double precision not null,
  browser_rate double precision not null,
  withdrawal_rate double precision not null,
  primary key (listing_id),
  constraint listing_end_has_time check ((ended = 'open') = (ended_at is null))
);
revoke all on truth.listing from public;
