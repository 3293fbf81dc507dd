-- purpose: rows that a comparison of everything had to change after the planner had said that they were done
-- grain: one row per refresh and layer; an honest reach writes none
-- reads: nothing
-- writes: audit.refresh_miss
-- time: found_at is a wall-clock record
create table if not exists audit.refresh_miss (
  store text not null,
  layer text not null,
  found_at timestamptz not null default clock_timestamp(),
  inserted bigint not null,
  updated bigint not null,
  deleted bigint not null,
  first_row jsonb,
  actor text not null default session_user,
  primary key (store, layer, found_at)
);
