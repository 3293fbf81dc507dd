-- purpose: districts with area and population
-- grain: one row per release and district
-- reads: nothing
-- writes: ref.geo_district
-- time: known_at is the publication of the release; a replay leaves younger rows out unless a waiver pins them
create table if not exists ref.geo_district (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  district_code text not null,
  municipality_count integer not null,
  area_km2 numeric(12, 2) not null,
  population bigint not null,
  urban_population bigint not null,
  primary key (release_id, district_code)
);
