-- purpose: the accepted leaf digest of every row, and a small digest per cell: drift names row and column, not only the day
-- grain: one row per entrypoint, t0_day and row key
-- reads: nothing
-- writes: audit.t0_leaf_baseline
-- time: t0_day is the UTC calendar day of t0
create table if not exists audit.t0_leaf_baseline (
  entrypoint text not null,
  t0_day date not null,
  row_key jsonb not null,
  leaf bytea not null,
  cells integer[] not null,
  primary key (entrypoint, t0_day, row_key)
);
