-- purpose: digest of all that makes the rows of a layer out of its inputs: its text and the functions below it
-- grain: one layer
-- reads: pg_catalog.pg_rewrite, pg_catalog.pg_depend, pg_catalog.pg_proc
-- writes: nothing
-- time: none
create or replace function audit.layer_sha256(p_source oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive reached (classid, objid) as (
    select 'pg_catalog.pg_rewrite'::regclass::oid, r.oid from pg_catalog.pg_rewrite as r where r.ev_class = p_source
    union
    select n.classid, n.objid
    from reached as s
    join pg_catalog.pg_depend as d on d.classid = s.classid and d.objid = s.objid
    cross join lateral (
      select d.refclassid, d.refobjid
      where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid >= 16384
      union all
      -- a view between the layer and its inputs
      select 'pg_catalog.pg_rewrite'::regclass, v.oid
      from pg_catalog.pg_rewrite as v
      join pg_catalog.pg_class as c on c.oid = v.ev_class and c.relkind = 'v'
      where d.refclassid = 'pg_catalog.pg_class'::regclass and v.ev_class = d.refobjid
    ) as n (classid, objid)
  )
  select encode(sha256(convert_to(string_agg(t.definition, E'\n' order by t.definition collate "C"), 'UTF8')), 'hex')
  from (
    select pg_get_viewdef(v.ev_class)
    from reached as r
    join pg_catalog.pg_rewrite as v on v.oid = r.objid and r.classid = 'pg_catalog.pg_rewrite'::regclass
    union all
    select case when p.prokind in ('f', 'w') then pg_get_functiondef(p.oid) else p.oid::regprocedure::text end
    from reached as r
    join pg_catalog.pg_proc as p on p.oid = r.objid and r.classid = 'pg_catalog.pg_proc'::regclass
  ) as t (definition);
$$;
