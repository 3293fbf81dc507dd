-- purpose: which mapping release was pinned, with which rows, by whom and why; the newest row counts
-- grain: one row per pin
-- reads: nothing
-- writes: ref.geo_pin
-- time: pinned_at is a wall-clock record
create table if not exists ref.geo_pin (
  pin_id bigint generated always as identity primary key,
  release_id text not null references ref.release (release_id),
  rows_sha256 text not null,
  reason text not null check (btrim(reason) <> ''),
  pinned_at timestamptz not null default clock_timestamp(),
  pinned_by text not null default session_user
);
