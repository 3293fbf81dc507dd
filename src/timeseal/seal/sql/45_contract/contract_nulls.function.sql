-- purpose: columns that the contract declares never NULL and that hold NULL
-- grain: one finding per column
-- reads: the entrypoint, ml.feature_contract
-- writes: nothing
-- time: none
create or replace function audit.contract_nulls(p_relid oid, p_set text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_counts text;
  v_found jsonb;
begin
  select string_agg(format('%L, (count(*) filter (where e.%I is null))::text', f.feature_name, f.feature_name), ', ')
  into v_counts
  from ml.feature_set as s
  join ml.feature_contract as f on f.set_id = s.set_id and not f.is_nullable
  join pg_catalog.pg_attribute as a
    on a.attrelid = p_relid and a.attname = f.feature_name and a.attnum > 0 and not a.attisdropped
  where s.name = p_set;
  if v_counts is null then
    return;
  end if;
  execute format('select jsonb_object(array[%s]) from %s as e', v_counts, audit.relation_name(p_relid)) into v_found;
  return query
  select 'contract', 'blocking', p_set, n.key, 'no NULL (declared not nullable)', n.value || ' rows with NULL',
    'fill the value, or declare the feature nullable in a new set'
  from jsonb_each_text(v_found) as n
  where n.value::bigint > 0;
end
$$;
