-- purpose: the declared facts and reference releases below an entrypoint
-- grain: one row per source relation of the build closure
-- reads: audit.fact_relation, the catalogue
-- writes: nothing
-- time: none
create or replace function audit.source_relations(p_entrypoint text)
returns table (relid oid, fqn text, kind text, known_at_column text, match_columns text[], row_columns text[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.relid, audit.object_fqn('pg_class'::regclass, f.relid), f.kind, f.known_at_column,
    -- the thing that a fact speaks of: its key without its times
    array(
      select k.name
      from unnest(f.key_columns) with ordinality as k (name, n)
      where k.name is distinct from f.known_at_column and k.name is distinct from f.event_time_column
      order by k.n
    ),
    array(select k.name from unnest(f.key_columns) with ordinality as k (name, n)
      where k.name = any (e.key_columns) and k.name <> e.t0_column
        and k.name is distinct from f.known_at_column order by k.n)
  from audit.entrypoint as e
  join audit.build_closure(e.relid) as b on b.classid = 'pg_class'::regclass
  join audit.fact_relation as f on f.relid = b.objid
  join pg_class as c on c.oid = f.relid and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'select')
  where e.entrypoint = p_entrypoint
  order by 2
$$;
revoke all on function audit.source_relations(text) from public;
