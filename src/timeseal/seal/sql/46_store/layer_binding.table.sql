-- purpose: what each bound layer was bound from, so that an unchanged declaration changes nothing
-- grain: one row per store and layer; the entrypoint is the layer named after itself
-- reads: nothing
-- writes: audit.layer_binding
-- time: bound_at is a wall-clock record
create table if not exists audit.layer_binding (
  store text not null,
  layer text not null,
  text_sha256 text not null,
  viewdef_sha256 text not null,
  bound_at timestamptz not null default clock_timestamp(),
  primary key (store, layer)
);
