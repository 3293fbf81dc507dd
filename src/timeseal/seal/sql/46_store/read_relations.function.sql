-- purpose: what a view reads, through plain views down to relations that hold rows
-- grain: one row per relation; columns NULL: all of them, or nobody can say which
-- reads: the catalogue
-- writes: nothing
-- time: none
create or replace function audit.read_relations(p_source oid) returns table (relid oid, columns text[])
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive reached (relid, direct) as (
    select n.relid, true from audit.replay_needs(p_source) as n (relid)
    union
    select n.relid, false
    from reached as r
    join pg_catalog.pg_class as c on c.oid = r.relid and c.relkind = 'v'
    cross join lateral audit.replay_needs(r.relid) as n (relid)
  ),
  -- a whole row (bit 7 of a permission) leaves no trace in the dependencies
  whole as (
    select bool_or(r.ev_action::text ~ ':selectedCols \(b (-?[0-9]+ )*7[ )]') as rows
    from pg_catalog.pg_rewrite as r
    where r.ev_class = p_source
  )
  select c.oid,
    case when r.direct and not w.rows then array(
      select distinct a.attname::text
      from pg_catalog.pg_rewrite as v
      join pg_catalog.pg_depend as d
        on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = v.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid > 0
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
      where v.ev_class = p_source
      order by 1
    ) end
  from (select s.relid, bool_and(s.direct) as direct from reached as s group by s.relid) as r
  cross join whole as w
  join pg_catalog.pg_class as c on c.oid = r.relid and c.relkind <> 'v';
$$;
