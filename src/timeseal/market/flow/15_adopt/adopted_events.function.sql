-- purpose: what happened to an ad, as a change of its row in an adopted table tells; a state that nobody declared tells nothing
-- grain: one row per event
-- reads: raw.listing_event
-- writes: nothing
-- time: an end, price or mark of before the adoption is known from the adoption on, unless declared known when it happened
create or replace function raw.adopted_events(
  p_source text,
  p_deleted_means text,
  p_outcomes_known text,
  p_doc jsonb,
  p_state text,
  p_is_declared boolean,
  p_seen_at timestamptz,
  p_ended_at timestamptz,
  p_previous_state text,
  p_previous_price text,
  p_previous_mark text,
  p_generation text,
  p_listing_id text
) returns table (event text, event_time timestamptz, event_time_kind text, known_at timestamptz, known_at_kind text,
  price integer, price_kind text, mark text, rule text)
language sql
stable
as $$
  with ended as (
    select p_state as event, coalesce(t.at, p_seen_at) as event_time, case when t.at is null then 'first_observed' else 'platform' end as kind,
      p_is_declared and p_outcomes_known = 'at event' and t.at is not null as is_declared,
      (p_doc ->> case p_state when 'sold' then 'sold_price' else 'price' end)::integer as price,
      case p_state when 'sold' then 'declared' else 'last_ask' end as price_kind
    from (select case p_state when 'sold' then p_ended_at end) as t (at)
    where p_doc is not null and p_state in ('sold', 'removed', 'gone')
  )
  select e.event, e.event_time, e.kind, case when e.is_declared then e.event_time else p_seen_at end,
    case when e.is_declared then 'declared' else 'observed' end,
    e.price, case when e.price is not null then e.price_kind end, null::text, 'status map'
  from ended as e
  where p_previous_state is distinct from e.event
    or (e.kind = 'platform' and not exists (
      select
      from raw.listing_event as l
      where l.generation = p_generation::integer and l.listing_id = p_listing_id::bigint and l.source = p_source
        and l.event = e.event and l.event_time = e.event_time and l.price is not distinct from e.price))
  union all
  select 'relisted', p_seen_at, 'first_observed', p_seen_at, 'observed', null, null, null, 'status map'
  where p_doc is not null and p_state = 'live' and p_previous_state in ('sold', 'removed', 'gone')
  union all
  select 'price_changed', p_seen_at, 'first_observed', p_seen_at, 'observed', (p_doc ->> 'price')::integer, 'ask', null, 'the price differs'
  where p_doc is not null and not p_is_declared and (p_doc ->> 'price')::integer <> p_previous_price::integer
  union all
  select 'spam_marked', p_seen_at, 'first_observed', p_seen_at, 'observed', null, null, coalesce(p_doc ->> 'mark', 'no'), 'the mark differs'
  where p_doc is not null and p_doc ->> 'mark' is distinct from p_previous_mark
    and not (p_doc ->> 'mark' is null and p_previous_mark in ('no', 'false', 'f', '0', 'n'))
  union all
  select p_deleted_means, p_seen_at, 'first_observed', p_seen_at, 'observed', p_previous_price::integer,
    case when p_previous_price is not null then 'last_ask' end, null, 'the row is not there any more'
  where p_doc is null and p_deleted_means in ('removed', 'gone');
$$;
