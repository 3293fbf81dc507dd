-- purpose: the span before t0 in which a key has about four facts; NULL where statistics do not tell
-- grain: one view of an as-of join; a seconds-only interval, so that no zone has a say in it
-- reads: pg_stats, pg_class
-- writes: nothing
-- time: it decides where a pick looks first and never what it finds
create or replace function audit.asof_window(p_view audit.asof_view) returns interval
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_rows double precision;
  v_keys double precision;
  v_span double precision;
begin
  select c.reltuples, exp(sum(ln(case when s.n_distinct < 0 then -s.n_distinct * c.reltuples else s.n_distinct end))
      filter (where s.attname = any (p_view.key_columns) and s.n_distinct <> 0)),
    max((
      select extract(epoch from max(h.at) - min(h.at))
      from unnest(s.histogram_bounds::text::text[] || s.most_common_vals::text::text[]) as b (value)
      cross join lateral (select b.value::timestamptz as at) as h
      where isfinite(h.at)
    )) filter (where s.attname = coalesce(p_view.event_time, p_view.known_at))
  into v_rows, v_keys, v_span
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_stats as s on s.schemaname = n.nspname and s.tablename = c.relname and s.inherited = (c.relkind = 'p')
    and s.attname = any (p_view.key_columns || array[p_view.event_time, p_view.known_at])
  where c.oid = p_view.relation and c.reltuples > 0
  group by c.reltuples;
  -- a few facts are looked through as quickly as they are left out
  if v_rows / v_keys > 16 and v_span > 0 then
    return make_interval(secs => least(4 * v_span * v_keys / v_rows, 86400 * 365));
  end if;
  return null;
end
$$;
