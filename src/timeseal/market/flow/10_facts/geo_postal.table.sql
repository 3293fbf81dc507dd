-- purpose: postal code to district, one row per code and release
-- grain: one row per release and postal code
-- reads: nothing
-- writes: ref.geo_postal
-- time: known_at is the publication of the release; a replay leaves younger rows out unless a waiver pins them
create table if not exists ref.geo_postal (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  postal_code text not null,
  place text not null,
  state text not null,
  district_code text not null,
  district text not null,
  lat numeric(7, 4) not null,
  lon numeric(7, 4) not null,
  place_count integer not null,
  primary key (release_id, postal_code)
);
