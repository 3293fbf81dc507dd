-- purpose: the condition under which two rows of a relation differ, on the aliases e and n
-- grain: one relation
-- reads: the catalogue
-- writes: nothing
-- time: p_tick: a clock may be off by the tick of a world that is late by a tick
create or replace function audit.replay_differs(p_relid oid, p_tick boolean) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select string_agg(format(
    case when a.atttypid in ('json'::regtype, 'xml'::regtype) then 'e.%1$I::text is distinct from n.%1$I::text'
      when p_tick and a.atttypid = 'timestamptz'::regtype then 'case when e.%1$I is not distinct from n.%1$I then false '
        'when isfinite(e.%1$I) and isfinite(n.%1$I) then abs(extract(epoch from e.%1$I - n.%1$I)) > 0.000001 else true end'
      else 'e.%1$I is distinct from n.%1$I' end, a.attname), ' or ' order by a.attnum)
  from pg_catalog.pg_attribute as a
  where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped;
$$;
