-- purpose: the edge from a stored table to the view that defines its rows
-- grain: one row per stored layer
-- reads: nothing
-- writes: audit.materialisation
-- time: none
create table if not exists audit.materialisation (
  stored oid primary key,
  source oid not null unique,
  published oid,
  store text not null,
  layer text not null,
  ordinal integer not null,
  key_columns text[] not null check (cardinality(key_columns) > 0),
  t0_column text,
  kind text not null check (kind in ('feature', 'history', 'label')),
  unit_column text,
  rows_of text,
  walks text,
  unique (store, layer),
  unique (store, ordinal)
);
