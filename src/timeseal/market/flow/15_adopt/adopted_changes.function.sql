-- purpose: what an adopted table says that is not yet a fact: notes of its triggers in their order, then the table as it stands
-- grain: one row per key and change of payload, copy of a key, or vanished key (doc is NULL)
-- reads: raw.adopted_change, the adopted table, raw.listing_observation, raw.listing_event
-- writes: raw.adopted_change; what is returned is taken out
-- time: one snapshot; a change that was invisible at the last taking in is known after it, whenever its writer began
create or replace function raw.adopted_changes(p_adoption raw.adoption, p_first boolean, p_clock timestamptz)
returns table (
  generation text, listing_id text, doc jsonb, previous_doc jsonb, payload_sha256 text, previous_price text, previous_state text, previous_mark text,
  known_at timestamptz, is_declared boolean, via text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  return query
  with taken as (
    delete from raw.adopted_change as c
    where c.relid = p_adoption.relid
    returning c.change_id, c.operation, c.old_row, c.new_row, c.seen_at
  ),
  image as materialized (
    select t.change_id, t.operation, t.seen_at, i.is_new, d.doc,
      raw.adopted_key(d.doc ->> 'generation') as g, raw.adopted_key(d.doc ->> 'listing_id') as l
    from taken as t
    cross join lateral (values (false, t.old_row), (true, t.new_row)) as i (is_new, content)
    cross join lateral (select raw.adopted_doc(i.content, p_adoption.column_map) offset 0) as d (doc)
    where i.content is not null
  ),
  present as materialized (
    select k.g, k.l, r.doc, row_number() over (
      partition by k.g, k.l order by (r.doc ->> 't0') collate "C" nulls last, r.doc::text collate "C") as copy
    from raw.adopted_rows(p_adoption) as r
    cross join lateral (
      select raw.adopted_key(r.doc ->> 'generation'), raw.adopted_key(r.doc ->> 'listing_id')) as k (g, l)
  ),
  known as materialized (
    select distinct on (o.generation, o.listing_id) o.generation::text as g, o.listing_id::text as l, o.payload_sha256 as payload, o.price
    from raw.listing_observation as o
    where o.source = p_adoption.source
    order by o.generation, o.listing_id, o.observed_at desc, o.payload_sha256
  ),
  told as materialized (
    select distinct on (e.generation, e.listing_id) e.generation::text as g, e.listing_id::text as l, e.event
    from raw.listing_event as e
    where e.source = p_adoption.source and e.event in ('sold', 'removed', 'gone', 'relisted')
    order by e.generation, e.listing_id, e.known_at desc, e.event_time desc, e.event
  ),
  marked as (
    select distinct on (e.generation, e.listing_id) e.generation::text as g, e.listing_id::text as l, e.mark
    from raw.listing_event as e
    where e.source = p_adoption.source and e.event = 'spam_marked'
    order by e.generation, e.listing_id, e.known_at desc, e.event_time desc
  ),
  said (g, l, doc, place, seen_at, declared, via) as (
    -- before the triggers were there: the row itself, or the image that its first writer found
    select p.g, p.l, p.doc, 0::bigint, null::timestamptz, true, 'table'
    from present as p
    where p_first and p.copy = 1 and not exists (select from image as i where i.g = p.g and i.l = p.l)
    union all
    select f.g, f.l, f.doc, 0, null, true, 'table'
    from (
      select distinct on (i.g, i.l) i.g, i.l, i.doc, i.is_new
      from image as i
      order by i.g, i.l, i.change_id, i.is_new
    ) as f
    where p_first and not f.is_new
    union all
    select i.g, i.l, i.doc, i.change_id, i.seen_at, false, 'trigger' from image as i where i.is_new
    union all
    select p.g, p.l, p.doc, 9223372036854775807, p_clock, false, 'table' from present as p where p.copy = 1
  ),
  sequence as (
    select s.g, s.l, s.doc, s.place, s.seen_at, s.declared, s.via, d.payload, lag(s.doc) over w as before,
      lag(d.payload) over w as payload_before, row_number() over w as nth
    from said as s
    cross join lateral (select encode(sha256(convert_to(s.doc::text, 'UTF8')), 'hex')) as d (payload)
    where not (s.declared and exists (select from known as k where k.g = s.g and k.l = s.l))
    window w as (partition by s.g, s.l order by s.place)
  )
  select s.g, s.l, s.doc, s.before, s.payload,
    case when s.before is null then k.price::text
      when raw.cell_fault(s.before ->> 'price', 'integer') is null then s.before ->> 'price' end,
    case when s.before is not null then raw.adopted_state(s.before, p_adoption.column_map, p_adoption.status_map)
      when t.event = 'relisted' then 'live' else coalesce(t.event, 'live') end,
    case when s.before is null then m.mark else s.before ->> 'mark' end,
    case s.via when 'trigger' then greatest(s.seen_at, p_adoption.taken_until + s.nth * interval '1 microsecond') else s.seen_at end,
    s.declared, s.via
  from sequence as s
  left join known as k on k.g = s.g and k.l = s.l
  left join told as t on t.g = s.g and t.l = s.l
  left join marked as m on m.g = s.g and m.l = s.l
  where s.payload is distinct from coalesce(s.payload_before, k.payload)
  union all
  select p.g, p.l, p.doc, null, null, null, null, null, p_clock, false, 'copy'
  from present as p
  where p.copy > 1
  union all
  select k.g, k.l, null, null, null, k.price::text, 'live', null,
    greatest(coalesce(d.seen_at, (select max(x.seen_at) from taken as x where x.operation = 'TRUNCATE'), p_clock),
      p_adoption.taken_until + interval '1 microsecond'), false, 'vanished'
  from known as k
  left join told as t on t.g = k.g and t.l = k.l
  left join (
    select i.g, i.l, max(i.seen_at) as seen_at from image as i where not i.is_new group by i.g, i.l
  ) as d on d.g = k.g and d.l = k.l
  -- a table without a row says nothing: it may be on its way out or back in
  where exists (select from present) and coalesce(t.event, 'relisted') = 'relisted'
    and not exists (select from present as p where p.g = k.g and p.l = k.l);
end
$$;
