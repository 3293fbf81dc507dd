-- purpose: dated releases of reference data
-- grain: one row per release
-- reads: nothing
-- writes: ref.release
-- time: published_at is its knowledge time; pinned releases are joined whatever their date, under a recorded waiver
create table if not exists ref.release (
  release_id text primary key,
  title text not null,
  publisher text not null,
  published_at timestamptz not null check (isfinite(published_at)),
  valid_from date,
  valid_to date,
  designed_on_until date,
  pinned boolean not null default false,
  licence text not null,
  content_sha256 text not null,
  row_count bigint not null,
  run_id bigint not null references raw.run (run_id)
);
