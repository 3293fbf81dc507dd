-- purpose: normalised town name to region, pickup metro and super metro: the fall-back where no postal code matches
-- grain: one row per mapping release and town
-- reads: nothing
-- writes: ref.city_to_super_metro
-- time: known_at is the publication of the release; only the pinned release is read, younger than the ads under a waiver
create table if not exists ref.city_to_super_metro (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  location_city_norm text not null check (location_city_norm <> ''),
  region text not null check (btrim(region) <> ''),
  pickup_metro_30_200 text check (btrim(pickup_metro_30_200) <> ''),
  super_metro_v4 text not null check (btrim(super_metro_v4) <> ''),
  source text not null,
  primary key (release_id, location_city_norm)
);
