-- purpose: the vertical's cohorts under stable integer codes, published as generation
-- grain: one row per release and cohort
-- reads: nothing
-- writes: ref.cohort
-- time: known_at is the publication of the release; codes never change their meaning
create table if not exists ref.cohort (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  generation integer not null,
  cohort_id text not null,
  primary key (release_id, generation),
  unique (release_id, cohort_id)
);
