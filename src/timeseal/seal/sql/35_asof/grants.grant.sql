-- purpose: who may join as of a time: readers, workers, certifiers; each with the rights they have, none is lent
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant usage on type audit.asof_view to ml_training, timeseal_worker, timeseal_certifier;
grant execute on function
  audit.asof_refuse(text, text, text, text),
  audit.asof_span(interval, text),
  audit.asof_relation(regclass),
  audit.asof_column(regclass, text),
  audit.asof_time_type(regclass, text),
  audit.asof_instant(text, regtype, boolean),
  audit.asof_bound(text, regtype),
  audit.asof_declare(regclass, text[], text, text[], text, interval, interval, text[], text, text[], text,
    boolean, boolean, boolean),
  audit.asof_declared(jsonb),
  audit.asof_key(regclass, text, regclass, text),
  audit.asof_is_unique(audit.asof_view),
  audit.asof_ties(audit.asof_view, text),
  audit.asof_pick(audit.asof_view, regclass, text, text),
  audit.asof_window(audit.asof_view),
  audit.asof_lateral(audit.asof_view, regclass, text, text),
  audit.asof_changes(audit.asof_view),
  audit.asof_ranges(audit.asof_view, regclass, text, text),
  audit.asof_merge(audit.asof_view, regclass, text, text, text),
  audit.asof_statement(regclass, text, text, text[], audit.asof_view[], text[], boolean),
  audit.asof_index(audit.asof_view),
  audit.asof_cost(text),
  audit.asof_clash(regclass, audit.asof_view[]),
  audit.asof_plan(regclass, text, text, audit.asof_view[], text[], text, boolean),
  audit.asof_rows_missing(regclass, text, text, audit.asof_view[], text),
  audit.asof_fill(regclass, regclass, text, text, audit.asof_view[], text),
  audit.asof_certificate(regclass)
to ml_training, timeseal_worker, timeseal_certifier;
