-- purpose: order gate: what is fixed once some expressions of a query are fixed: keys fix whole rows
-- grain: one query; 'item.attribute' and 'item.*', and 'rows' when one row at most remains
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.known_columns(p_query jsonb, p_fixed jsonb, p_ctes jsonb) returns text[]
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_known text[];
  v_before integer := -1;
  v_part record;
  v_parts jsonb := (select coalesce(jsonb_agg(to_jsonb(f)), '[]') from audit.from_item(p_query) as f);
  v_items integer[] := array(
    select (f.part ->> 'item')::integer
    from jsonb_array_elements(v_parts) as f (part)
    where f.part ->> 'kind' = 'item'
  );
begin
  v_known := array(
    select c.name
    from jsonb_array_elements(p_fixed) as f (node)
    cross join lateral (select audit.resolved_column(p_query, f.node) as name) as c
    where c.name is not null
  );
  while v_before is distinct from cardinality(v_known) loop
    v_before := cardinality(v_known);
    for v_part in
      select f.part, f.part -> 'given' as given, audit.resolved_column(p_query, f.part -> 'target') as target,
        (f.part ->> 'item')::integer as item,
        p_query #> array['rtable', '0', ((f.part ->> 'item')::integer - 1)::text] as entry,
        array(select r.value::integer from jsonb_array_elements_text(f.part -> 'required') as r) as required
      from jsonb_array_elements(v_parts) as f (part)
    loop
      if not array(select i || '.*' from unnest(v_part.required) as i) <@ v_known then
        continue;
      elsif v_part.item is null then
        if v_part.target is not null and not v_part.target = any (v_known)
          and audit.expression_known(p_query, v_part.given, v_known) then
          v_known := v_known || v_part.target;
        end if;
      -- a lateral item or function is one row only once the items before it are settled
      elsif not v_part.item || '.*' = any (v_known)
        and (
          v_part.entry #>> '{rtekind,0}' <> '3' and v_part.entry #>> '{lateral,0}' <> 'true'
          or array(select i || '.*' from unnest(v_items) as i where i < v_part.item) <@ v_known
        )
        and audit.item_determined(
          v_part.entry,
          array(
            select split_part(k, '.', 2)::integer
            from unnest(v_known) as k
            where split_part(k, '.', 1) = v_part.item::text
          ),
          p_ctes
        ) then
        v_known := v_known || (v_part.item || '.*');
      end if;
    end loop;
  end loop;
  if array(select i || '.*' from unnest(v_items) as i) <@ v_known then
    v_known := v_known || 'rows'::text;
  end if;
  return v_known;
end
$$;
revoke all on function audit.known_columns(jsonb, jsonb, jsonb) from public;
