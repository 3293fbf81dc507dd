-- purpose: postal code to region, pickup metro and super metro, one hierarchy level per row
-- grain: one row per mapping release and postal code
-- reads: nothing
-- writes: ref.postal_code_to_super_metro
-- time: known_at is the publication of the release; only the pinned release is read, younger than the ads under a waiver
create table if not exists ref.postal_code_to_super_metro (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  postal_code text not null check (postal_code ~ '^[0-9]{4}$'),
  region text not null check (btrim(region) <> ''),
  pickup_metro_30_200 text check (btrim(pickup_metro_30_200) <> ''),
  super_metro_v4 text not null check (btrim(super_metro_v4) <> ''),
  source text not null,
  primary key (release_id, postal_code)
);
create index if not exists postal_code_to_super_metro_metro_idx
  on ref.postal_code_to_super_metro (release_id, super_metro_v4);
