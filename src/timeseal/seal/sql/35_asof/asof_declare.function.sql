-- purpose: declare one view of an as-of join; refuses a relation without knowledge time unless that is said out loud
-- grain: one fact relation
-- reads: pg_catalog
-- writes: nothing
-- time: facts enter when known_at < t0, and event_time < t0 - embargo where declared
create or replace function audit.asof_declare(
  p_relation regclass,
  p_key_columns text[],
  p_known_at text default null,
  p_spine_columns text[] default null,
  p_event_time text default null,
  p_embargo interval default interval '0',
  p_max_age interval default null,
  p_columns text[] default null,
  p_prefix text default '',
  p_tie_breakers text[] default '{}',
  p_on_tie text default 'error',
  p_event_time_only boolean default false,
  p_with_known_at boolean default false,
  p_with_age boolean default false
) returns audit.asof_view
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text := audit.asof_relation(p_relation);
  v_columns text[] := coalesce(p_columns, (
    select array_agg(a.attname::text order by a.attnum)
    from pg_attribute as a
    where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped
      and a.attname::text <> all (p_key_columns || array[coalesce(p_known_at, ''), coalesce(p_event_time, '')])));
begin
  if v_name is null then
    perform audit.asof_refuse('a view of an as-of join has no relation', 'a table or view', 'none', 'Name it.');
  end if;
  if p_known_at is null and p_event_time_only is not true then
    perform audit.asof_refuse(
      format('%s declares no known_at', v_name), 'the column that says when a row was recorded', 'none',
      'Name it; if the relation has none, say event_time_only => true: late corrections then leak into the past.');
  end if;
  if p_event_time_only and (p_known_at is not null or p_event_time is null or p_with_known_at) then
    perform audit.asof_refuse(
      format('%s is event_time_only', v_name), 'event_time alone',
      format('known_at %s, event_time %s', coalesce(p_known_at, 'none'), coalesce(p_event_time, 'none')),
      'Drop known_at, or drop event_time_only.');
  end if;
  if coalesce(cardinality(p_key_columns), 0) = 0
    or cardinality(coalesce(p_spine_columns, p_key_columns)) <> cardinality(p_key_columns) then
    perform audit.asof_refuse(
      format('the key of %s does not map to the spine', v_name), 'one spine column per key column, at least one',
      format('%s to %s', p_key_columns, coalesce(p_spine_columns, p_key_columns)), 'Name both lists in the same order.');
  end if;
  if p_on_tie is null or p_on_tie not in ('error', 'values') then
    perform audit.asof_refuse(
      format('%s has no rule for ties', v_name), 'error, or values (the greatest of the columns read, in their order)',
      coalesce(p_on_tie, 'NULL'), 'Say on_tie => ''error'', or name tie_breakers.');
  end if;
  perform audit.asof_column(p_relation, c.name)
  from unnest(p_key_columns || v_columns || p_tie_breakers) as c (name);
  perform audit.asof_time_type(p_relation, c.name)
  from unnest(array[p_known_at, p_event_time]) as c (name)
  where c.name is not null;
  return row(
    p_relation, p_key_columns, coalesce(p_spine_columns, p_key_columns), p_known_at, p_event_time,
    audit.asof_span(coalesce(p_embargo, interval '0'), 'embargo'), audit.asof_span(p_max_age, 'max_age'),
    coalesce(v_columns, '{}'), coalesce(p_prefix, ''), coalesce(p_tie_breakers, '{}'), p_on_tie,
    coalesce(p_with_known_at, false), coalesce(p_with_age, false)
  )::audit.asof_view;
end
$$;
