-- purpose: what the text of each layer reads, noted when the text was new: finding it out costs more than refreshing
-- grain: one row per store, layer and relation that holds rows; columns NULL: all, or nobody can say which
-- reads: nothing
-- writes: audit.layer_input
-- time: none
create table if not exists audit.layer_input (
  store text not null,
  layer text not null,
  relid oid not null,
  columns text[],
  definition_sha256 text not null,
  primary key (store, layer, relid)
);
