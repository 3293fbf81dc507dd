-- purpose: what the gates object to now, waived findings beside open ones; no row = every gate holds
-- grain: one finding
-- reads: what audit.check_gates reads, audit.waiver
-- writes: nothing but what a replay logs when it is asked for
-- time: waivers expire by the wall clock
create or replace function audit.check(
  p_entrypoint text,
  p_gates text[] default null,
  p_replay boolean default false,
  p_rows integer default 20
) returns table (
  gate text,
  level text,
  object text,
  subject text,
  expected text,
  found text,
  fix text,
  waiver_id bigint,
  waived_by text,
  waived_why text,
  waived_until timestamptz
)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.value ->> 'gate', f.value ->> 'level', f.value ->> 'object', f.value ->> 'subject', f.value ->> 'expected',
    f.value ->> 'found', f.value ->> 'hint', w.waiver_id, w.author, w.reason, w.expires_at
  from jsonb_array_elements(audit.check_gates(p_entrypoint, p_gates, p_replay, p_rows)) with ordinality as c (value, n)
  cross join jsonb_array_elements((c.value -> 'first') || (c.value -> 'waived')) with ordinality as f (value, n)
  left join audit.waiver as w on w.waiver_id = (f.value ->> 'waiver_id')::bigint
  order by c.n, f.n;
$$;
