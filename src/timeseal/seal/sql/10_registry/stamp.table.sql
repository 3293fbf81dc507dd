-- purpose: the version of each stored relation of a read closure, and of each entrypoint's definition
-- grain: one row per relation
-- reads: nothing
-- writes: audit.stamp
-- time: none; versions count changes
create table if not exists audit.stamp (
  relid oid primary key,
  version bigint not null default 0,
  cause text
);
