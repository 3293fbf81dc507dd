-- purpose: lay out the poison: for each sampled row its own entity, two neighbours and three twins, at and after its t0
-- grain: one row per poison fact to be, in the shadow relation timeseal_time
-- reads: the shadow relation timeseal_entity
-- writes: the shadow schema
-- time: known_p in the poisoned world, known_q in the clean one (null: never); no t0 of a sampled row lies between the two
create or replace function audit.replay_times(
  p_entrypoint audit.entrypoint,
  p_slot timestamptz,
  p_offset interval,
  p_shadow text
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_last text := quote_ident(v_entity[cardinality(v_entity)]);
  v_groups text[] := v_entity[:cardinality(v_entity) - 1];
  v_group text := coalesce((select string_agg(format('r.%I, ', g.name), '' order by g.n)
    from unnest(v_groups) with ordinality as g (name, n)), '');
begin
  execute format(
    'create unlogged table %1$I.timeseal_time as '
    'with r as materialized (select %2$s r.%3$s as timeseal_row, r.timeseal_t0, r.timeseal_n, r.timeseal_sample, r.timeseal_part, '
    'lag(r.%3$s, 1) over w as peer_1, lag(r.timeseal_t0, 1) over w as born_1, '
    'lag(r.%3$s, 2) over w as peer_2, lag(r.timeseal_t0, 2) over w as born_2 '
    'from %1$I.timeseal_entity as r where r.timeseal_part <> ''spare'' '
    'window w as (partition by %4$s order by r.timeseal_t0, r.%3$s)), '
    'slot as (select s.t0, lead(s.t0) over (order by s.t0) as next_t0, max(s.t0) over () as cut '
    'from (select distinct r.timeseal_t0 as t0 from r where r.timeseal_part = ''row'' and r.timeseal_t0 <= coalesce(%5$L, r.timeseal_t0)) as s), '
    'actor as ('
    'select %2$s a.last as %3$s, r.timeseal_row, a.part, a.born, r.timeseal_n from r cross join lateral (values '
    '(''own'', r.timeseal_row, r.timeseal_t0), (''peer'', r.peer_1, r.born_1), (''peer'', r.peer_2, r.born_2)) as a (part, last, born) '
    'where r.timeseal_part = ''row'' and a.last is not null '
    'union all select %2$s s.%3$s, r.timeseal_row, ''twin '' || k.k, null, r.timeseal_n from r '
    'cross join generate_series(1, 3) as k (k) join %1$I.timeseal_entity as s '
    'on s.timeseal_n = r.timeseal_sample + (r.timeseal_n - 1) * 3 + k.k and s.timeseal_part = ''spare'' where r.timeseal_part = ''row''), '
    'fact as (select %6$s a.%3$s, a.timeseal_row, a.part, s.t0, coalesce(a.born, s.t0) as born, s.cut, s.next_t0, e.e, e.e > 3 as later, '
    'row_number() over (order by a.timeseal_n, a.part, a.%3$s, e.e) as place, '
    'case when %7$L::interval is not null then s.cut + %7$L::interval '
    'when e.e > 3 then s.cut + (array[''0'', ''1 us'', ''1 h'', ''24 h'', ''720 h'']::interval[])[1 + (a.timeseal_n + e.e) %% 5] '
    'else s.t0 + case when e.e = 3 then interval ''1 us'' else ''0'' end end as known_p '
    'from actor as a join r on r.timeseal_n = a.timeseal_n and r.timeseal_part = ''row'' join slot as s on s.t0 = r.timeseal_t0 '
    'join generate_series(1, 6) as e (e) on (e.e > 3 or s.t0 = coalesce(%5$L, s.t0)) '
    'and (a.part not like ''twin%%'' or e.e = case a.part when ''twin 3'' then 4 else 1 end)) '
    'select %8$s f.%3$s, f.timeseal_row, f.part like ''twin%%'' as timeseal_is_twin, f.part = ''own'' as timeseal_is_own, '
    'f.t0 as timeseal_t0, f.place as timeseal_place, '
    'case when f.part = ''twin 1'' then 0 else 1 + f.place %% 2 end as timeseal_variant, f.known_p as timeseal_known_p, '
    'case when not f.later then case when f.part like ''twin%%'' then least(f.t0 + interval ''1 us'', f.next_t0 - interval ''1 us'') '
    'else greatest(f.known_p, f.next_t0 - (4 - f.e) * interval ''1 us'') end + (f.next_t0 - f.next_t0) end as timeseal_known_q, '
    'case when f.part like ''twin%%'' then interval ''0'' '
    'else greatest(f.born + interval ''1 us'' - f.known_p, interval ''0'') end as timeseal_after_birth, '
    'case f.e %% 3 when 1 then f.t0 - interval ''1 us'' when 2 then f.born + (f.t0 - f.born) / 2 else f.t0 end as timeseal_event '
    'from fact as f',
    p_shadow, v_group, v_last,
    coalesce((select string_agg(format('r.%I', g.name), ', ' order by g.n) from unnest(v_groups) with ordinality as g (name, n)), '1'),
    p_slot, replace(v_group, 'r.', 'a.'), p_offset, replace(v_group, 'r.', 'f.'));
  execute format('analyze %I.timeseal_time', p_shadow);
end
$$;
