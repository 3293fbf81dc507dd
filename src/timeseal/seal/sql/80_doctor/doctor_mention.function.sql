-- purpose: a pattern that finds a relation in the text of a function: qualified anywhere, bare after a word that reads it
-- grain: one relation
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.doctor_mention(p_schema text, p_name text) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select format('(\m%1$s"?\s*\.\s*"?%2$s\M|\m(from|join|only|table|update|into|using)\s+"?%2$s\M(?!\s*[.(]))',
    regexp_replace(p_schema, '(\W)', '\\\1', 'g'), regexp_replace(p_name, '(\W)', '\\\1', 'g'));
$$;
