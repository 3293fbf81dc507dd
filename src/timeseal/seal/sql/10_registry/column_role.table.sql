-- purpose: the role of a column (what it is) and its admission clock (when it may be read)
-- grain: one row per relation and column
-- reads: nothing
-- writes: audit.column_role
-- time: clock names the admission clock: t0 or landmark
create table if not exists audit.column_role (
  relid oid not null,
  column_name text not null,
  role text not null check (
    role in ('key', 't0', 'event_time', 'known_at', 'attribute', 'outcome', 'label', 'current', 'reference')
  ),
  clock text check (clock in ('t0', 'landmark')),
  primary key (relid, column_name)
);
