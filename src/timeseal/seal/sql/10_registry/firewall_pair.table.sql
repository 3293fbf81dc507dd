-- purpose: the only ways in which an outcome, label or current column may be read below an entrypoint
-- grain: one row per store, defining view, relation and column
-- reads: nothing
-- writes: audit.firewall_pair
-- time: none
create table if not exists audit.firewall_pair (
  store text not null,
  layer oid not null,
  relid oid not null,
  column_name text not null,
  reason text not null,
  primary key (store, layer, relid, column_name)
);
