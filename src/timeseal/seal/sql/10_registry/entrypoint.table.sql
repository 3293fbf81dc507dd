-- purpose: what is sealed: the declaration of every certified view
-- grain: one row per entrypoint
-- reads: nothing
-- writes: audit.entrypoint
-- time: declared_at, retired_at are wall-clock records, never inputs of a feature
create table if not exists audit.entrypoint (
  entrypoint text primary key,
  relid oid not null unique,
  store text,
  key_columns text[] not null check (cardinality(key_columns) > 0),
  t0_column text not null,
  day_column text,
  guarded_view text not null,
  guarded_relid oid,
  universe text,
  contract_set text,
  max_age interval not null default interval '24 hours' check (max_age > interval '0'),
  full_hash_every interval not null default '24 hours' check (full_hash_every between interval '0' and interval '7 days'),
  tolerant_days integer not null default 10 check (tolerant_days >= 0),
  replay text not null default 'none' check (replay in ('none', 'world')),
  replay_budget interval not null default interval '10 seconds' check (replay_budget >= interval '0'),
  horizon_function text,
  reach_function text,
  fuse regclass,
  declared_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);
