-- purpose: order gate: the FROM items of a query, and the equalities that hold between them
-- grain: one row per item (kind item) or equality (kind equality); required = items that must be known first
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.from_item(p_query jsonb)
returns table (kind text, item integer, given jsonb, target jsonb, required integer[])
language sql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with recursive node as (
    select p_query #> '{jointree,0}' as node, '{}'::integer[] as required
    union all
    select c.child, n.required || case when c.nullable then audit.join_items(n.node #> c.other) else '{}' end
    from node as n
    cross join lateral (
      select f.child, false as nullable, null::text[] as other
      from jsonb_array_elements(
        case when n.node ->> '_' = 'FROMEXPR' and jsonb_typeof(n.node #> '{fromlist,0}') = 'array'
          then n.node #> '{fromlist,0}' else '[]' end
      ) as f (child)
      union all
      select n.node #> '{larg,0}', n.node #>> '{jointype,0}' in ('2', '3'), '{rarg,0}'::text[]
      where n.node ->> '_' = 'JOINEXPR'
      union all
      select n.node #> '{rarg,0}', n.node #>> '{jointype,0}' in ('1', '2'), '{larg,0}'::text[]
      where n.node ->> '_' = 'JOINEXPR'
    ) as c
  ),
  -- an outer join's condition speaks only about rows whose preserved side is settled;
  -- a full join's says nothing
  condition as (
    select
      n.node #> '{quals,0}' as qual,
      n.required || case n.node #>> '{jointype,0}'
        when '1' then audit.join_items(n.node #> '{larg,0}')
        when '3' then audit.join_items(n.node #> '{rarg,0}')
        else '{}'
      end as required
    from node as n
    where n.node ->> '_' in ('FROMEXPR', 'JOINEXPR') and coalesce(n.node #>> '{jointype,0}', '0') <> '2'
    union all
    select a.arg, c.required
    from condition as c
    cross join lateral jsonb_array_elements(
      case when c.qual ->> '_' = 'BOOLEXPR' and c.qual #>> '{boolop,0}' = 'and' then c.qual #> '{args,0}' else '[]' end
    ) as a (arg)
  )
  select 'item', (n.node #>> '{rtindex,0}')::integer, null::jsonb, null::jsonb, n.required
  from node as n
  where n.node ->> '_' = 'RANGETBLREF'
  union all
  select 'equality', null, c.qual #> array['args', '0', s.one], c.qual #> array['args', '0', s.other], c.required
  from condition as c
  cross join (values ('0', '1'), ('1', '0')) as s (one, other)
  where c.qual ->> '_' = 'OPEXPR'
    and exists (
      select 1
      from pg_amop as o
      where o.amopopr = (c.qual #>> '{opno,0}')::oid and o.amopmethod = 403 and o.amopstrategy = 3
    )
$$;
revoke all on function audit.from_item(jsonb) from public;
