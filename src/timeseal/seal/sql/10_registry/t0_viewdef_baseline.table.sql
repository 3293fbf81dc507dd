-- purpose: the accepted definition of every object in an entrypoint's build closure
-- grain: one row per entrypoint, object and server major
-- reads: nothing
-- writes: audit.t0_viewdef_baseline
-- time: captured_at is a wall-clock record
create table if not exists audit.t0_viewdef_baseline (
  entrypoint text not null,
  object_fqn text not null,
  relkind "char",
  viewdef_sha256 text not null,
  captured_at timestamptz not null default clock_timestamp(),
  server_major integer not null,
  actor text not null default session_user,
  reason text,
  primary key (entrypoint, object_fqn, server_major)
);
