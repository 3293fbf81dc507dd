-- purpose: the model inputs of a set: name, type, expression, window, leakage rule, nullability
-- grain: one row per set and ordinal
-- reads: nothing
-- writes: ml.feature_contract
-- time: leakage_rule and window_def say which instants a feature may look at
create table if not exists ml.feature_contract (
  set_id bigint not null references ml.feature_set (set_id),
  ordinal integer not null check (ordinal > 0),
  feature_name text not null,
  dtype text not null,
  expr_sql text,
  leakage_rule text,
  is_nullable boolean,
  description text,
  window_def text,
  primary key (set_id, ordinal),
  unique (set_id, feature_name)
);
