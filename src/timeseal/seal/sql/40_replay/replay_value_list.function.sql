-- purpose: the values of a poison fact as one select list: far off wherever nothing but a type binds them, else a real fact's
-- grain: one fact relation; on the aliases x (a real fact), p (its place and time), m (least and greatest value per column)
-- reads: the catalogue, audit.fact_relation
-- writes: nothing
-- time: knowledge, event time and t0 come from p
create or replace function audit.replay_value_list(p_relid oid, p_entity text[], out value_list text, out extreme_list text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with bound as (
    select k.attnum, bool_or(c.contype <> 'c') as fixed, array_agg(distinct w.word[1]) filter (where w.word is not null) as words
    from (
      select c.conkey, c.contype, pg_get_constraintdef(c.oid) as text
      from pg_catalog.pg_constraint as c
      where c.conrelid = p_relid and c.contype in ('c', 'f', 'p', 'u', 'x')
    ) as c
    cross join unnest(c.conkey) as k (attnum)
    left join lateral regexp_matches(c.text, '''([^'']+)''::text', 'g') as w (word) on c.contype = 'c'
    group by k.attnum
  ),
  attribute as (
    select a.attnum, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, t.typcategory as category,
      b.attnum is not null as is_bound, coalesce(b.fixed, false) or a.attgenerated <> '' or a.attidentity <> '' as is_fixed, b.words,
      case
        when a.attname = f.known_at_column or (f.defining and a.attname = f.t0_column) then 'p.timeseal_known'
        when a.attname = f.event_time_column then 'p.timeseal_event'
        when a.attname::text = any (p_entity) and a.attname::text = any (f.key_columns) then format('p.%I', a.attname)
      end as given
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    join audit.fact_relation as f on f.relid = a.attrelid
    left join bound as b on b.attnum = a.attnum
    where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped
  ),
  chosen as (
    select a.attnum, a.name, a.given is null and not a.is_bound and not a.is_fixed and a.category in ('N', 'D', 'T', 'S', 'E') as is_free,
      case
        when a.given is not null then format('%s::%s', a.given, a.type)
        when a.is_fixed then format('x.%I', a.name)
        when a.words is not null and a.category = 'S' then format(
          'case when p.timeseal_variant = 1 then ((%L::text[])[1 + p.timeseal_place / 2 %% %s])::%s else x.%I end',
          a.words, cardinality(a.words), a.type, a.name)
        when a.is_bound then format('x.%I', a.name)
        when a.category = 'B' then format('case when p.timeseal_variant = 0 then x.%1$I else not x.%1$I end', a.name)
        when a.category in ('N', 'D', 'T', 'S', 'E') then format(
          'case p.timeseal_variant when 1 then m.high_%1$s when 2 then m.low_%1$s else x.%2$I end::%3$s', a.attnum, a.name, a.type)
        else format('x.%I', a.name) end as value
    from attribute as a
  )
  select string_agg(format('%s as %I', c.value, c.name), ', ' order by c.attnum),
    coalesce(string_agg(format('max(x.%1$I) as high_%2$s, min(x.%1$I) as low_%2$s', c.name, c.attnum), ', ' order by c.attnum)
      filter (where c.is_free), 'count(*) as timeseal_facts')
  from chosen as c;
$$;
