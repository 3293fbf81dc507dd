-- purpose: the habit's gate against clocks: words looked for in the text of a view
-- grain: one row per word found in the view's own text
-- reads: pg_get_viewdef
-- writes: nothing
-- time: none
create or replace function usual_practice.token_gate(p_relation regclass) returns setof text
language sql
stable
as $$
  -- A word must end after the bracket; a bracket is never the end of a word, so no call is found.
  select distinct m.found[1]
  from regexp_matches(lower(pg_get_viewdef(p_relation, true)),
    '\m(current_date|current_timestamp|localtimestamp|now\(\)|clock_timestamp\(\)|transaction_timestamp\(\))\M', 'g')
    as m (found)
$$;
