-- purpose: from what each layer was last brought up to date, so that the next refresh knows what changed since
-- grain: one row per store and layer
-- reads: nothing
-- writes: audit.layer_state
-- time: refreshed_at is a wall-clock record; behind: a publish left the layer out although its inputs had changed
create table if not exists audit.layer_state (
  store text not null,
  layer text not null,
  stored oid not null,
  definition_sha256 text not null,
  inputs jsonb not null,
  published_version text,
  behind boolean not null default false,
  refreshed_at timestamptz not null default clock_timestamp(),
  primary key (store, layer)
);
