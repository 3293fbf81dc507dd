-- purpose: which municipality a postal code lay in, as dated snapshots
-- grain: one row per release and postal code
-- reads: nothing
-- writes: ref.postal_code_to_kommune_history
-- time: snapshot_date is the day the content holds for, known_at its publication; loaded_at is a wall-clock record
create table if not exists ref.postal_code_to_kommune_history (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  postal_code text not null check (postal_code ~ '^[0-9]{4}$'),
  kommune_code4 text not null check (kommune_code4 ~ '^[0-9]{4}$'),
  place text,
  snapshot_date date not null,
  loaded_at timestamptz not null default clock_timestamp(),
  primary key (release_id, postal_code)
);
create index if not exists postal_code_to_kommune_history_pick_idx
  on ref.postal_code_to_kommune_history (postal_code, snapshot_date, known_at, release_id);
