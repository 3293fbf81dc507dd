-- purpose: which set is in use
-- grain: one row
-- reads: nothing
-- writes: ml.feature_set_current
-- time: none
create table if not exists ml.feature_set_current (
  singleton_id boolean primary key default true check (singleton_id),
  set_id bigint not null references ml.feature_set (set_id)
);
