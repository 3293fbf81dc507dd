-- purpose: whether a unique index proves that no two rows of a view can tie
-- grain: one view of an as-of join
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_is_unique(p_view audit.asof_view) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select 1
    from pg_index as i
    where i.indrelid = p_view.relation and i.indisunique and i.indimmediate and i.indisvalid
      and i.indpred is null and i.indexprs is null
      -- an index of a parent says nothing of the rows in tables that inherit from it
      and not exists (
        select 1
        from pg_inherits as h
        join pg_class as c on c.oid = h.inhparent
        where h.inhparent = p_view.relation and c.relkind <> 'p')
      and not exists (
        select 1
        from unnest(i.indkey::smallint[], i.indcollation::oid[], i.indclass::oid[]) with ordinality
          as k (attnum, collation_id, class_id, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
        join pg_opclass as o on o.oid = k.class_id
        left join pg_collation as c on c.oid = a.attcollation
        where k.place <= i.indnkeyatts
          -- a NULL differs from every other in a unique index; keys and times are never NULL in a pick
          and (a.attname::text <> all (p_view.key_columns || array_remove(array[p_view.known_at, p_view.event_time], null))
              and not (a.attname::text = any (p_view.tie_breakers) and a.attnotnull)
            -- an index with an equality of its own tells apart what the join calls equal
            or not o.opcdefault
            or k.collation_id <> a.attcollation and not c.collisdeterministic)));
end
$$;
