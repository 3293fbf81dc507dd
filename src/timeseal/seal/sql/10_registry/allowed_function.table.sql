-- purpose: functions that the volatility gate accepts after inspection by a person
-- grain: one row per function
-- reads: nothing
-- writes: audit.allowed_function
-- time: none
create table if not exists audit.allowed_function (
  funcid oid primary key,
  reason text not null check (reason <> '')
);
