-- purpose: which column of a fact relation says whether its knowledge time was observed or only declared
-- grain: one column per fact relation
-- reads: nothing
-- writes: audit.fact_relation
-- time: a fact whose kind is not 'observed' counts as declared; relations without such a column hold what was observed
alter table audit.fact_relation add column if not exists known_at_kind_column text;
