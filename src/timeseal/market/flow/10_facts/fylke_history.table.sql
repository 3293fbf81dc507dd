-- purpose: names of the counties, whose code opens every municipality code
-- grain: one row per release and county
-- reads: nothing
-- writes: ref.fylke_history
-- time: known_at is the publication of the release
create table if not exists ref.fylke_history (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  fylke_code2 text not null check (fylke_code2 ~ '^[0-9]{2}$'),
  name text not null,
  snapshot_date date not null,
  primary key (release_id, fylke_code2)
);
