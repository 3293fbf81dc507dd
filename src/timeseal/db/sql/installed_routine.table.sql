-- purpose: what every routine of the engine is when it is installed, so that a changed one shows
-- grain: one row per routine, named with its argument types
-- reads: nothing
-- writes: audit.installed_routine
-- time: none
create table if not exists audit.installed_routine (
  routine text primary key,
  sha256 text not null
);
