-- purpose: the relations that a view's stored rule reads
-- grain: one relation
-- reads: pg_catalog.pg_rewrite, pg_catalog.pg_depend
-- writes: nothing
-- time: none
create or replace function audit.replay_needs(p_view oid) returns setof oid
language plpgsql
-- said, because a thousand rows of a thousand each are planned for as a billion: 70 ms of empty hash table
stable rows 3
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select distinct c.oid
  from pg_catalog.pg_rewrite as r
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.ev_class
  join pg_catalog.pg_class as c on c.oid = d.refobjid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  where r.ev_class = p_view;
end
$$;
