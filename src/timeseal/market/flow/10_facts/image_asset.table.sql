-- purpose: photos of an ad as fetched
-- grain: one row per ad, position, content and source
-- reads: nothing
-- writes: raw.image_asset
-- time: event_time is when the photo was online, known_at when we fetched it
create table if not exists raw.image_asset (
  generation integer not null,
  listing_id bigint not null,
  image_index integer not null check (image_index >= 0),
  content_sha256 text not null,
  url text,
  caption_text text,
  width integer,
  height integer,
  byte_count bigint,
  event_time timestamptz not null,
  known_at timestamptz not null default clock_timestamp(),
  source text not null,
  run_id bigint not null,
  primary key (generation, listing_id, image_index, content_sha256, source)
);
create index if not exists image_asset_run_idx on raw.image_asset using brin (run_id);
