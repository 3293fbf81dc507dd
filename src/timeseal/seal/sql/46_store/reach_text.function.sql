-- purpose: a declared reach in words
-- grain: one reach
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.reach_text(p_reach audit.layer_reach, p_t0 text) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set intervalstyle = 'postgres'
as $$
  select concat_ws(' and ',
    'the same ' || nullif(array_to_string(p_reach.by_expressions, ', '), ''),
    case when coalesce(p_reach.after_column, p_reach.since_column) is not null then
      format('%s in (%s%s, %s%s]', p_t0, coalesce(p_reach.after_column, '-infinity'), coalesce(' - ' || p_reach.lead, ''),
        case when p_reach.look_back is null then 'infinity' else p_reach.since_column end,
        coalesce(' + ' || p_reach.look_back, '')) end,
    case when p_reach.reads is not null then
      'for changes of ' || coalesce(nullif(array_to_string(p_reach.reads, ', '), ''), 'its existence') end);
$$;
