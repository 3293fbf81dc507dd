-- purpose: order gate: whether some columns of a FROM item pick one of its rows at most
-- grain: one FROM item
-- reads: unique indexes, view rules, audit.materialisation, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.item_determined(p_entry jsonb, p_attributes integer[], p_ctes jsonb)
returns boolean
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kind text := p_entry #>> '{rtekind,0}';
  v_cte jsonb := p_ctes -> (p_entry #>> '{ctename,0}');
  v_rows jsonb := p_entry #> '{values_lists,0}';
begin
  if v_kind = '0' then
    return audit.relation_determined((p_entry #>> '{relid,0}')::oid, p_attributes);
  elsif v_kind = '1' then
    return audit.output_determined(p_entry #> '{subquery,0}', p_attributes, p_ctes);
  elsif v_kind = '6' then
    return coalesce(audit.output_determined(v_cte, p_attributes, p_ctes), false);
  elsif v_kind = '3' then
    return p_entry #>> '{funcordinality,0}' = 'true' and p_attributes @> array[
        (select sum((f.part #>> '{funccolcount,0}')::integer)::integer + 1
         from jsonb_array_elements(p_entry #> '{functions,0}') as f (part))
      ]
      or not exists (
        select 1
        from jsonb_array_elements(p_entry #> '{functions,0}') as f (part)
        left join pg_proc as p on p.oid = (f.part #>> '{funcexpr,0,funcid,0}')::oid
        where p.proretset is distinct from false
          -- a series has no value twice
          and not (p.proname = 'generate_series' and p.pronamespace = 'pg_catalog'::regnamespace
            and p_attributes @> '{1}' and jsonb_array_length(p_entry #> '{functions,0}') = 1)
      );
  elsif v_kind = '5' then
    return (
      select count(*) = count(distinct v.fields)
      from (
        select (
          select jsonb_agg(case when r.line -> (a - 1) ->> '_' = 'CONST' then audit.bare_node(r.line -> (a - 1)) end order by a)
          from unnest(p_attributes) as a
        )::text as fields
        from jsonb_array_elements(v_rows) as r (line)
      ) as v
      where jsonb_array_length(v_rows) > 1 or v.fields is not null
    ) or jsonb_array_length(v_rows) = 1;
  end if;
  return v_kind = '8';
end
$$;
revoke all on function audit.item_determined(jsonb, integer[], jsonb) from public;
