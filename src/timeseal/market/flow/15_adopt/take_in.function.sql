-- purpose: turn what an adopted table says, and is not yet a fact, into observations, events and quarantine
-- grain: one call per run; returns how much became what
-- reads: raw.adoption, raw.adopted_change, the adopted table, raw.listing_observation, raw.listing_event, raw.attribute_event
-- writes: raw.listing_observation, raw.listing_event, raw.attribute_event, raw.quarantine, raw.adopted_change, raw.adoption
-- time: a first taking in declares what was before the adoption; later ones know what they see from then on
create or replace function raw.take_in(p_adoption bigint, p_run bigint)
returns table (rows_in bigint, observations bigint, declared bigint, events bigint, attributes bigint, refused bigint, noted bigint, vanished bigint, missed bigint)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_adoption raw.adoption;
  v_run raw.run;
  v_first boolean;
  v_clock timestamptz;
  v_types jsonb;
  v_times text[];
begin
  select a.* into v_adoption from raw.adoption as a where a.adoption_id = p_adoption and a.released_at is null for update;
  select r.* into v_run from raw.run as r where r.run_id = p_run and r.status = 'open';
  if v_adoption.adoption_id is null or v_run.source is distinct from v_adoption.source then
    raise exception 'TS003: adoption % cannot be taken in by run %', p_adoption, p_run
      using errcode = 'TS003', detail = 'expected: an adoption that stands, and an open run of its source',
        hint = 'Run: timeseal adopt --list';
  end if;
  if v_adoption.home is distinct from raw.this_database() then
    raise exception 'TS003: % was adopted in another database', v_adoption.relation
      using errcode = 'TS003', detail = 'expected: the database it was adopted in; found: a copy, whose tables are others',
        hint = 'Run: timeseal adopt --release ' || v_adoption.relation;
  end if;
  select jsonb_object_agg(t.target, t.type) filter (where t.type <> 'text' and v_adoption.column_map ? t.target), array_agg(t.target) filter (where t.type = 'timestamp with time zone'
    and t.target not in ('t0', 'sold_date') and v_adoption.column_map ? t.target)
  into v_types, v_times
  from raw.adopted_target as t;
  v_first := v_adoption.declared_at is null;
  v_clock := clock_timestamp();
  create temporary table adopted_stage on commit drop as
  select row_number() over (order by c.generation, c.listing_id, c.known_at nulls first, c.via, c.doc::text) as row_number,
    c.generation, c.listing_id, c.doc, c.previous_doc, c.payload_sha256, c.previous_price, c.previous_state, c.previous_mark,
    c.known_at, c.is_declared, c.via, raw.adopted_state(c.doc, v_adoption.column_map, v_adoption.status_map) as state,
    raw.adopted_instant(c.doc ->> 't0', v_adoption.zone) as t0, raw.adopted_instant(c.doc ->> 'sold_date', v_adoption.zone) as ended_at
  from raw.adopted_changes(v_adoption, v_first, v_clock) as c;
  analyze pg_temp.adopted_stage;
  create temporary table adopted_fault on commit drop as
  select s.row_number, coalesce(v_adoption.column_map ->> f.target, f.target) as column_name, f.expected, f.found, f.reason, f.refuses,
    coalesce(s.doc, jsonb_build_object('generation', s.generation, 'listing_id', s.listing_id))::text as raw_line
  from pg_temp.adopted_stage as s
  cross join lateral (
    select a.target, a.expected, a.found, a.reason, a.refuses
    from raw.adopted_faults(s.doc, v_types, s.state, v_adoption.status_map, s.t0, s.ended_at,
      coalesce(s.known_at, v_clock), s.is_declared) as a
    where s.doc is not null
    union all
    select 'listing_id', 'a key once', s.doc ->> 'listing_id', 'duplicate_key', true
    where s.via = 'copy' and s.generation is not null and s.listing_id is not null
    union all
    select 'status', 'a status that says how it ended', 'the row is not there any more', 'vanished', true
    where s.via = 'vanished' and v_adoption.deleted_means = 'unknown'
  ) as f;
  -- what is in quarantine already is not said twice
  insert into raw.quarantine (run_id, row_number, column_name, expected, found, reason, raw_line)
  select p_run, f.row_number, f.column_name, f.expected, f.found, f.reason, f.raw_line
  from pg_temp.adopted_fault as f
  where not exists (
    select
    from raw.quarantine as q
    join raw.run as r on r.run_id = q.run_id
    where r.source = v_adoption.source and q.raw_line = f.raw_line and q.column_name = f.column_name and q.reason = f.reason
  )
  order by f.row_number, f.column_name, f.reason;
  get diagnostics refused = row_count;
  select count(*) into noted
  from raw.quarantine as q
  where q.run_id = p_run and q.reason in ('unknown_status', 'vanished');
  refused := refused - noted;
  delete from pg_temp.adopted_stage as s
  where exists (select from pg_temp.adopted_fault as f where f.row_number = s.row_number and f.refuses);
  insert into raw.listing_observation
  select o.*
  from pg_temp.adopted_stage as s
  cross join lateral jsonb_populate_record(null::raw.listing_observation,
    jsonb_build_object('currency', (select m.currency from ref.market as m))
    || (s.doc - array['t0', 'status', 'sold_date', 'sold_price', 'mark'])
    || coalesce((select jsonb_object_agg(t.name, raw.adopted_instant(s.doc ->> t.name, v_adoption.zone)) from unnest(v_times) as t (name)), '{}')
    || case when v_adoption.column_map ? 'edited_at' then '{}' else jsonb_build_object('edited_at', s.t0) end
    || jsonb_build_object(
      'observed_at', case when s.is_declared then s.t0 else s.known_at end,
      'known_at_kind', case when s.is_declared then 'declared' else 'observed' end,
      'state_seen', case when s.is_declared then 'live' else s.state end,
      'source', v_adoption.source, 'run_id', p_run, 'payload_sha256', s.payload_sha256)) as o
  where s.doc is not null
  order by s.row_number;
  get diagnostics observations = row_count;
  insert into raw.listing_event (
    generation, listing_id, event, event_time, event_time_kind, known_at, known_at_kind, price, price_kind, mark, source, run_id, evidence)
  select s.generation::integer, s.listing_id::bigint, e.event, e.event_time, e.event_time_kind, e.known_at, e.known_at_kind,
    e.price, e.price_kind, e.mark, v_adoption.source, p_run, jsonb_build_object('rule', e.rule, 'table', v_adoption.relation)
  from pg_temp.adopted_stage as s
  cross join lateral raw.adopted_events(v_adoption.source, v_adoption.deleted_means, v_adoption.outcomes_known, s.doc, s.state, s.is_declared, coalesce(s.known_at, v_clock), s.ended_at,
    s.previous_state, s.previous_price, s.previous_mark, s.generation, s.listing_id) as e
  order by s.row_number, e.event;
  get diagnostics events = row_count;
  insert into raw.attribute_event (
    generation, listing_id, attribute, value, event_time, known_at, source, method, method_version, evidence, run_id)
  select a.generation, a.listing_id, a.attribute, a.value, a.known_at, a.known_at, v_adoption.source, 'column', '1',
    jsonb_build_object('table', v_adoption.relation), p_run
  from pg_temp.adopted_stage as s
  cross join lateral raw.adopted_attributes(v_adoption.source, s.doc, s.previous_doc, coalesce(s.known_at, v_clock),
    s.generation, s.listing_id) as a
  order by s.row_number, a.attribute;
  get diagnostics attributes = row_count;
  select count(*), count(*) filter (where s.is_declared), count(*) filter (where s.via = 'vanished'),
    count(*) filter (where s.via = 'table' and not s.is_declared and not v_first and v_adoption.watch = 'trigger')
  into rows_in, declared, vanished, missed
  from pg_temp.adopted_stage as s;
  rows_in := rows_in + (select count(distinct f.row_number) from pg_temp.adopted_fault as f where f.refuses);
  update raw.adoption as a 
  set taken_until = greatest(a.taken_until, v_run.opened_at), declared_at = coalesce(a.declared_at, v_clock)
  where a.adoption_id = p_adoption;
  drop table pg_temp.adopted_fault, pg_temp.adopted_stage;
  return next;
end
$$;
