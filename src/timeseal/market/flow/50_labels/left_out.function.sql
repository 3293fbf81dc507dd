-- purpose: how many ads a surface offers, why the others are not there, and which marks came too late to remove one
-- grain: one row per surface of the clean layers that this market has
-- reads: store.tom_features_v1_enriched and _clean, store.tom_features_v1_enriched_ai_clean, raw.listing_event
-- writes: nothing
-- time: in time means known before t0, or before decision_at; marked_later counts what the latest mark of now says of an ad that is offered
create or replace function ml.left_out()
returns table (
  surface text, ads bigint, offered bigint, twins bigint, own_words bigint, ended bigint, marked_in_time bigint, marked_later bigint,
  offered_in_spite bigint
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- joins on three keys are taken for a single row, and then looped over
set enable_nestloop = off
as $$
declare
  v_reason constant text := $sql$
    with ad as materialized (%s),
    mark as materialized (
      select m.generation, m.listing_id, m.known_at, bool_or(ref.excludes_listing(m.mark)) as excludes
      from raw.listing_event as m
      where m.event = 'spam_marked'
      group by m.generation, m.listing_id, m.known_at
    ),
    judged as (
      select a.generation, a.listing_id,
        (array_agg(m.excludes order by m.known_at desc))[1] as excluded_now,
        coalesce((array_agg(m.excludes order by m.known_at desc) filter (where m.known_at < a.clock))[1], false) as excluded_then
      from ad as a
      join mark as m on m.generation = a.generation and m.listing_id = a.listing_id
      group by a.generation, a.listing_id
    )
    select $1, count(*), count(*) filter (where a.offered), count(*) filter (where not a.offered and a.is_twin),
      count(*) filter (where not a.offered and not a.is_twin and a.is_told),
      count(*) filter (where not a.offered and not a.is_twin and not a.is_told and a.has_ended),
      count(*) filter (where not a.offered and not a.is_twin and not a.is_told and not a.has_ended and j.excluded_then),
      count(*) filter (where a.offered and j.excluded_now and not j.excluded_then),
      count(*) filter (where a.offered and (j.excluded_then or a.is_twin or a.is_told or a.has_ended))
    from ad as a
    left join judged as j on j.generation = a.generation and j.listing_id = a.listing_id
  $sql$;
begin
  if to_regclass('store.tom_features_v1_enriched_clean') is not null then
    return query execute format(v_reason, $sql$
      select e.generation, e.listing_id, e.t0 as clock, e.duplicate_of is not null as is_twin, e.observed_mark is not null as is_told,
        false as has_ended, c.t0 is not null as offered
      from store.tom_features_v1_enriched as e
      left join store.tom_features_v1_enriched_clean as c
        on c.generation = e.generation and c.listing_id = e.listing_id and c.t0 = e.t0
    $sql$) using ml.label_surface(false);
  end if;
  if to_regclass('store.tom_features_v1_enriched_ai_clean') is not null then
    return query execute format(v_reason, $sql$
      select e.generation, e.listing_id, d.decision_at as clock, e.duplicate_of is not null as is_twin, e.observed_mark is not null as is_told,
        coalesce(h.known_at < d.decision_at, false) as has_ended, c.t0 is not null as offered
      from store.tom_features_v1_enriched as e
      join store.ai_enrich_landmark_v1 as d on d.generation = e.generation and d.listing_id = e.listing_id and d.t0 = e.t0
      left join store.tom_features_v1_enriched_ai_clean as c
        on c.generation = e.generation and c.listing_id = e.listing_id and c.t0 = e.t0
      left join (
        select x.generation, x.listing_id, min(x.known_at) as known_at
        from raw.listing_event as x
        where x.event in ('gone', 'sold', 'removed')
        group by x.generation, x.listing_id
      ) as h on h.generation = e.generation and h.listing_id = e.listing_id
    $sql$) using ml.label_surface(true);
  end if;
end
$$;
revoke all on function ml.left_out() from public;
grant execute on function ml.left_out() to timeseal_worker, timeseal_certifier;
