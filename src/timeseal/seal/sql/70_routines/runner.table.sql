-- purpose: the published names of runners and assertions, given to an entrypoint when it is declared
-- grain: one row per runner
-- reads: nothing
-- writes: audit.runner
-- time: none
create table if not exists audit.runner (
  runner text primary key,
  entrypoint text not null unique,
  arguments text not null check (arguments in ('days', 'days,drift', 'days,drift,limit')),
  assertion text
);
