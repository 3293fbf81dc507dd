-- purpose: years in which a municipality code was valid, and the code its area has in the last year of the release
-- grain: one row per release, code and first year of validity
-- reads: nothing
-- writes: ref.kommune_code_history
-- time: years are closed on both ends, 0 and NULL are open; known_at is the publication of the release
create table if not exists ref.kommune_code_history (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  kommune_code4 text not null check (kommune_code4 ~ '^[0-9]{4}$'),
  name text not null,
  valid_from_year integer not null default 0,
  valid_to_year integer,
  successor_code4 text check (successor_code4 ~ '^[0-9]{4}$'),
  primary key (release_id, kommune_code4, valid_from_year),
  constraint kommune_code_history_years_rise check (valid_from_year <= valid_to_year)
);
create index if not exists kommune_code_history_code_idx
  on ref.kommune_code_history (kommune_code4, known_at, release_id, valid_from_year);
