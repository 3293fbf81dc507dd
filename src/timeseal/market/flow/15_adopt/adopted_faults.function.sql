-- purpose: which rules a row of an adopted table breaks, each with what was expected and found
-- grain: one row per broken rule; a row that breaks a refusing one becomes no fact
-- reads: nothing
-- writes: nothing
-- time: nothing may be declared of a time after the one at which it was seen; a declared row cannot have ended before its t0
create or replace function raw.adopted_faults(
  p_doc jsonb,
  p_types jsonb,
  p_state text,
  p_status_map jsonb,
  p_t0 timestamptz,
  p_ended_at timestamptz,
  p_clock timestamptz,
  p_is_declared boolean
) returns table (target text, expected text, found text, reason text, refuses boolean)
language sql
stable
as $$
  select t.target, raw.cell_fault(p_doc ->> t.target, t.type), p_doc ->> t.target, 'bad_value', true
  from jsonb_each_text(p_types) as t (target, type)
  where raw.cell_fault(p_doc ->> t.target, t.type) is not null
  union all
  select n.name, 'a value', null, 'missing', true
  from (values ('generation'), ('listing_id'), ('t0')) as n (name)
  where p_doc ->> n.name is null
  union all
  select n.name, 'not after ' || p_clock, n.moment::text, 'in_the_future', true
  from (values ('t0', case when p_is_declared then p_t0 end), ('sold_date', p_ended_at)) as n (name, moment)
  where n.moment > p_clock
  union all
  select 'sold_date', 'not before ' || p_t0, p_ended_at::text, 'before_t0', true
  where p_is_declared and p_ended_at < p_t0
  union all
  select 'status', 'one of ' || (select string_agg(k.word, ', ' order by k.word) from jsonb_object_keys(p_status_map) as k (word)),
    p_doc ->> 'status', 'unknown_status', false
  where p_state = 'unknown';
$$;
