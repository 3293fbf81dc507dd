-- purpose: the query that gives the changed rows of one input as they were and as they are, in columns a reach asks for
-- grain: one input and reach; $1 holds the runs to be looked at
-- reads: audit.fact_relation, audit.materialisation
-- writes: nothing
-- time: facts only come; of a layer, an update that the reach does not read is no change
create or replace function audit.changed_rows(p_relid oid, p_reads text[]) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run text;
  v_keys text[];
  v_reads text[] := p_reads;
begin
  select f.run_column into v_run from audit.fact_relation as f where f.relid = p_relid and f.kind = 'fact';
  if v_run is not null then
    return format('select x.* from %s as x where x.%I = any ($1)', audit.relation_name(p_relid), v_run);
  end if;
  select m.key_columns into v_keys from audit.materialisation as m where m.stored = p_relid;
  if v_reads is null then
    v_reads := array(select a.attname from pg_catalog.pg_attribute as a
      where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped);
  end if;
  return format(
    'select x.* from pg_temp.timeseal_delta_%1$s as x where x.timeseal_op <> ''u'' '
    'union all select x.* from pg_temp.timeseal_delta_%1$s as x join pg_temp.timeseal_delta_%1$s as o on (%2$s) = (%3$s) '
    'where x.timeseal_op = ''u'' and o.timeseal_side <> x.timeseal_side and row(%4$s) is distinct from row(%5$s)',
    p_relid, audit.column_list(p_relid, 'o.', v_keys), audit.column_list(p_relid, 'x.', v_keys),
    coalesce(audit.column_list(p_relid, 'o.', v_reads), 'null'), coalesce(audit.column_list(p_relid, 'x.', v_reads), 'null'));
end
$$;
