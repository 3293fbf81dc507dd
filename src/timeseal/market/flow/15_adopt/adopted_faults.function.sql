-- purpose: which rules a row of an adopted table breaks, each with what was expected and found
-- grain: one row per broken rule; a row that breaks a refusing one becomes no fact
-- reads: nothing
-- writes: nothing
-- time: nothing may be declared of a time after the one at which it was seen; a declared row cannot have ended before its t0
create or replace function raw.adopted_faults(
  p_doc jsonb,
  p_types jsonb,
  p_adoption raw.adoption,
  p_clock timestamptz,
  p_is_declared boolean
) returns table (target text, expected text, found text, reason text, refuses boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select c.key, f.expected, c.value, 'bad_value', true
  from jsonb_each_text(p_doc) as c (key, value)
  cross join lateral (select raw.cell_fault(c.value, p_types ->> c.key)) as f (expected)
  where f.expected is not null
  union all
  select n.name, 'a value', null, 'missing', true
  from (values ('generation'), ('listing_id'), ('t0')) as n (name)
  where p_doc ->> n.name is null
  union all
  select n.name, 'not after ' || p_clock, n.moment::text, 'in_the_future', true
  from (values
    ('t0', case when p_is_declared then raw.adopted_instant(p_doc ->> 't0', p_adoption.zone) end),
    ('sold_date', raw.adopted_instant(p_doc ->> 'sold_date', p_adoption.zone))) as n (name, moment)
  where n.moment > p_clock
  union all
  select 'sold_date', 'not before ' || d.t0, d.ended::text, 'before_t0', true
  from (select raw.adopted_instant(p_doc ->> 't0', p_adoption.zone), raw.adopted_instant(p_doc ->> 'sold_date', p_adoption.zone)) as d (t0, ended)
  where p_is_declared and d.ended < d.t0
  union all
  select 'status', 'one of ' || (select string_agg(k.word, ', ' order by k.word) from jsonb_object_keys(p_adoption.status_map) as k (word)),
    p_doc ->> 'status', 'unknown_status', false
  where raw.adopted_state(p_doc, p_adoption) = 'unknown';
$$;
