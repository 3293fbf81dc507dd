-- purpose: the fact relations below a store that the runs to be looked at have added to; all of them when nobody can say
-- grain: one row per fact relation
-- reads: the fact relations, audit.fact_relation
-- writes: nothing
-- time: none
create or replace function audit.changed_facts(p_store text, p_runs bigint[]) returns table (relid oid)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fact record;
  v_changed boolean;
begin
  for v_fact in
    select distinct f.relid, f.run_column
    from audit.layer_inputs(p_store) as i
    join audit.fact_relation as f on f.relid = i.relid
    where i.kind = 'fact'
  loop
    v_changed := p_runs is null or v_fact.run_column is null and cardinality(p_runs) > 0;
    if not v_changed and v_fact.run_column is not null then
      execute format('select exists (select from %s as x where x.%I = any ($1))',
        audit.relation_name(v_fact.relid), v_fact.run_column) into v_changed using p_runs;
    end if;
    if v_changed then
      relid := v_fact.relid;
      return next;
    end if;
  end loop;
end
$$;
