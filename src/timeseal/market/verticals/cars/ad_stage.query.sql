-- purpose: a session-private place for the accepted rows of one file, dropped at the end of the transaction
-- grain: one row per accepted ad
-- reads: nothing
-- writes: pg_temp.ad_stage
-- time: last_seen becomes an event only when grace has passed
create temporary table ad_stage (
  generation integer not null,
  listing_id bigint not null,
  observed_at timestamptz not null,
  last_seen timestamptz not null,
  published_on date not null,
  price integer not null,
  title text not null,
  model text not null,
  postal_code text not null,
  brand text not null,
  body text,
  gearbox text,
  fuel text,
  power_ps integer not null,
  mileage_km integer not null,
  first_registration_year integer not null,
  first_registration_month integer,
  unrepaired_damage_declared boolean,
  payload_sha256 text not null
) on commit drop
