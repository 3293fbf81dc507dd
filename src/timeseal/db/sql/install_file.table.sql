-- purpose: which SQL files this database was installed from, so an unchanged one is not run again
-- grain: one row per file
-- reads: nothing
-- writes: audit.install_file
-- time: installed_at is wall-clock, for people only
create table if not exists audit.install_file (
  name text primary key,
  component text not null,
  sha256 text not null,
  installed_by text not null default session_user,
  installed_at timestamptz not null default clock_timestamp()
);
