-- purpose: drop poison facts that a unique index of the relation would refuse, in either world
-- grain: one fact relation
-- reads: pg_catalog.pg_index, the shadow copy, the shadow relation timeseal_poison
-- writes: the shadow schema
-- time: knowledge time differs between the worlds, so both are asked
create or replace function audit.replay_unclash(p_relid oid, p_shadow text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
  v_unique record;
begin
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  for v_unique in
    select string_agg(format('o.%1$I = x.%1$I', a.attname), ' and ' order by a.attnum) as in_poisoned,
      string_agg(case when a.attname = f.known_at_column or (f.defining and a.attname = f.t0_column)
        then '%1$s = x.timeseal_known_clean' else format('o.%1$I = x.%1$I', a.attname) end, ' and ' order by a.attnum) as in_clean,
      max(f.known_at_column) filter (where a.attname = f.known_at_column) as known_at
    from pg_catalog.pg_index as i
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
    join audit.fact_relation as f on f.relid = i.indrelid
    where i.indrelid = p_relid and i.indisunique and i.indpred is null and i.indexprs is null
    group by i.indexrelid
    order by i.indexrelid
  loop
    -- one statement per kind of clash, because the planner cannot hash an OR
    execute format('delete from %1$I.timeseal_poison as x using %1$I.%2$I as o where %3$s', p_shadow, v_name, v_unique.in_poisoned);
    execute format('delete from %1$I.timeseal_poison as x using %1$I.%2$I as o where %3$s', p_shadow, v_name,
      replace(v_unique.in_clean, '%1$s', 'o.' || quote_ident(coalesce(v_unique.known_at, ''))));
    execute format('delete from %1$I.timeseal_poison as x using %1$I.timeseal_poison as o where o.ctid < x.ctid and %2$s',
      p_shadow, v_unique.in_poisoned);
    execute format('delete from %1$I.timeseal_poison as x using %1$I.timeseal_poison as o where o.ctid < x.ctid and %2$s',
      p_shadow, replace(v_unique.in_clean, '%1$s', 'o.timeseal_known_clean'));
  end loop;
end
$$;
