-- purpose: disposable income per inhabitant and year of a district or region
-- grain: one row per release, region and year
-- reads: nothing
-- writes: ref.kreis_income
-- time: known_at is the publication of the release; a replay leaves younger rows out unless a waiver pins them
create table if not exists ref.kreis_income (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  region_code text not null,
  year integer not null,
  region text not null,
  income_eur integer not null,
  primary key (release_id, region_code, year)
);
