-- purpose: order gate: whether some columns of a relation pick one of its rows at most
-- grain: one relation
-- reads: unique indexes, view rules, audit.materialisation, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.relation_determined(p_relation oid, p_attributes integer[])
returns boolean
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_names text[] := array(
    select a.attname::text from pg_attribute as a where a.attrelid = p_relation and a.attnum = any (p_attributes)
  );
  v_tree jsonb;
begin
  if exists (
      select 1
      from pg_index as i
      where i.indrelid = p_relation and i.indisunique and i.indisvalid and i.indimmediate
        and i.indpred is null and i.indexprs is null
        and (i.indkey::smallint[])[0:i.indnkeyatts - 1]::integer[] <@ p_attributes
        -- an inheritance parent's index does not speak for its children
        and not exists (
          select 1
          from pg_inherits as h
          join pg_class as c on c.oid = h.inhparent
          where h.inhparent = p_relation and c.relkind = 'r'
        )
        and not exists (
          select 1
          from unnest(i.indkey::smallint[], i.indcollation::oid[], i.indclass::oid[]) with ordinality as k (attnum, collation_id, class, n)
          join pg_attribute as a on a.attrelid = p_relation and a.attnum = k.attnum
          left join pg_collation as c on c.oid = a.attcollation
          join pg_opclass as o on o.oid = k.class
          where k.n <= i.indnkeyatts
            -- many rows are null, and what the column calls equal an index of its own equality tells apart
            and (not a.attnotnull or not o.opcdefault or k.collation_id <> a.attcollation and not c.collisdeterministic)
        )
    )
    or exists (
      select 1
      from audit.materialisation as m
      where p_relation in (m.stored, m.source, m.published) and m.key_columns <@ v_names
    )
    or exists (
      select 1 from audit.entrypoint as e where e.guarded_relid = p_relation and e.key_columns <@ v_names
    ) then
    return true;
  end if;
  select audit.tree_of(r.ev_action::text) into v_tree
  from pg_rewrite as r
  join pg_class as c on c.oid = r.ev_class
  where r.ev_class = p_relation and r.rulename = '_RETURN' and c.relkind in ('v', 'm');
  return coalesce(
    audit.output_determined(v_tree -> 0, p_attributes, audit.tree_ctes(v_tree)), false
  );
end
$$;
revoke all on function audit.relation_determined(oid, integer[]) from public;
