-- purpose: centrality, income and population of municipalities, as dated snapshots under the codes of their year
-- grain: one row per release, code and snapshot
-- reads: nothing
-- writes: ref.kommune_socio_history
-- time: snapshot_date is the day the figures hold for, known_at their publication; loaded_at is a wall-clock record
create table if not exists ref.kommune_socio_history (
  release_id text not null references ref.release (release_id),
  known_at timestamptz not null,
  kommune_code4 text not null check (kommune_code4 ~ '^[0-9]{4}$'),
  snapshot_date date not null,
  centrality_class integer check (centrality_class between 0 and 6),
  centrality_standard text,
  income_median_after_tax_nok double precision check (income_median_after_tax_nok > 0),
  income_gross_nok double precision check (income_gross_nok > 0),
  population bigint check (population >= 0),
  loaded_at timestamptz not null default clock_timestamp(),
  primary key (release_id, kommune_code4, snapshot_date),
  constraint kommune_socio_history_class_has_standard
    check ((centrality_class is null) = (centrality_standard is null))
);
create index if not exists kommune_socio_history_code_idx
  on ref.kommune_socio_history (kommune_code4, snapshot_date, known_at, release_id);
