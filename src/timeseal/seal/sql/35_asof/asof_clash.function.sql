-- purpose: refuse an as-of join whose output would name one column twice
-- grain: one as-of join
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_clash(p_spine regclass, p_views audit.asof_view[]) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_clash record;
begin
  select o.name, string_agg(o.source, ' and ' order by o.place, o.source) as sources into v_clash
  from (
    select 0 as place, a.attname::text as name, 'the spine' as source
    from pg_attribute as a
    where a.attrelid = p_spine and a.attnum > 0 and not a.attisdropped
    union all
    select v.place, v.prefix || c.name, audit.asof_relation(v.relation)
    from unnest(p_views) with ordinality as v (
      relation, key_columns, spine_columns, known_at, event_time, embargo, max_age, columns, prefix, tie_breakers,
      on_tie, with_known_at, with_age, place)
    cross join lateral unnest(
      v.columns || case when v.with_known_at then array['known_at'] else '{}' end
      || case when v.with_age then array['age'] else '{}' end) as c (name)
  ) as o
  group by o.name
  having count(*) > 1
  order by o.name
  limit 1;
  if v_clash.name is not null then
    perform audit.asof_refuse(
      format('column %I would come twice', v_clash.name), 'each name once', 'from ' || v_clash.sources,
      'Give the views different prefixes.');
  end if;
end
$$;
