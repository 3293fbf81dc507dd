-- purpose: what each release holds for ever: its rows, counted and digested when the run that loaded it ended
-- grain: one row per release
-- reads: nothing
-- writes: ref.release_content
-- time: recorded_at is a wall-clock record
create table if not exists ref.release_content (
  release_id text primary key references ref.release (release_id),
  row_count bigint not null,
  rows_sha256 text not null,
  lane numeric not null,
  recorded_at timestamptz not null default clock_timestamp()
);
