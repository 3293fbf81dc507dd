-- purpose: the published feature blocks, what each brings, and which of them this market has
-- grain: one row per block
-- reads: nothing
-- writes: audit.t0_block
-- time: none
create table if not exists audit.t0_block (
  feature_block text primary key,
  ordinal integer not null unique,
  entrypoint text not null,
  -- where its columns are, when they may not stand on the published entrypoint
  surface text not null,
  -- without one of these the block is not built, whatever the entrypoint says
  columns text[] not null default '{}',
  promised boolean not null default false,
  -- why this market does not have it
  absent text
);
