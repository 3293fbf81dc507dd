-- purpose: the columns of a fact relation with another knowledge time (and, where the fact defines it, another t0)
-- grain: one fact relation; on the alias x
-- reads: the catalogue, audit.fact_relation
-- writes: nothing
-- time: p_known is the expression that replaces knowledge time
create or replace function audit.replay_retimed_list(p_relid oid, p_known text) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select string_agg(
    case when a.attname = f.known_at_column or (f.defining and a.attname = f.t0_column)
      then format('(%s)::%s as %I', p_known, format_type(a.atttypid, a.atttypmod), a.attname)
      else format('x.%I', a.attname) end, ', ' order by a.attnum)
  from pg_catalog.pg_attribute as a
  join audit.fact_relation as f on f.relid = a.attrelid
  where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped;
$$;
