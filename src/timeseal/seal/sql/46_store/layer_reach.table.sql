-- purpose: which rows of a layer a changed row of one of its inputs can change, as its declaration says
-- grain: one row per store, layer and reach; an input without one means every row
-- reads: nothing
-- writes: audit.layer_reach
-- time: t0 from after - lead to since + look_back of the changed row; what is NULL does not bound
create table if not exists audit.layer_reach (
  store text not null,
  layer text not null,
  place integer not null,
  input text not null,
  by_expressions text[] not null,
  after_column text,
  since_column text,
  lead interval,
  look_back interval,
  reads text[],
  elsewhere text[] not null default '{}',
  primary key (store, layer, place)
);
