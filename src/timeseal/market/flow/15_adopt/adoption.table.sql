-- purpose: tables of somebody else whose rows become facts: what was declared about each, and how far it was taken in
-- grain: one row per adoption; a released one stays on record
-- reads: nothing
-- writes: raw.adoption
-- time: declared_at: when its history was taken in; taken_until: every change visible then is a fact, every later one is known after
create table if not exists raw.adoption (
  adoption_id bigint generated always as identity primary key,
  relation text not null,
  relid oid not null,
  home text not null default raw.this_database(),
  source text not null,
  column_map jsonb not null,
  status_map jsonb not null,
  deleted_means text not null check (deleted_means in ('unknown', 'removed', 'gone')),
  outcomes_known text not null check (outcomes_known in ('at adoption', 'at event')),
  zone text not null,
  watch text not null check (watch in ('trigger', 'poll')),
  lent jsonb not null,
  adopted_at timestamptz not null default clock_timestamp(),
  declared_at timestamptz,
  taken_until timestamptz not null default clock_timestamp(),
  released_at timestamptz,
  constraint adoption_names_key_and_time check (column_map ?& array['generation', 'listing_id', 't0'])
);
create unique index if not exists adoption_one_at_a_time_idx on raw.adoption (relid) where released_at is null;
