-- purpose: which relations hold facts or reference releases, and which column says when a row became known
-- grain: one row per source relation
-- reads: nothing
-- writes: audit.fact_relation
-- time: known_at_column names the admission clock of the relation; known_at_kind_column says where it was declared, not observed (NULL: all observed)
create table if not exists audit.fact_relation (
  relid oid primary key,
  kind text not null check (kind in ('fact', 'reference')),
  known_at_column text,
  event_time_column text,
  key_columns text[],
  defining boolean not null default false,
  t0_column text,
  run_column text,
  known_at_kind_column text,
  constraint fact_relation_fact_has_knowledge_time check (kind = 'reference' or known_at_column is not null)
);
