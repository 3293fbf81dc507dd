-- purpose: what was recorded below the witnessed horizon since: facts that came late, replaced others, were rewritten or are gone
-- grain: one row per fact relation and class
-- reads: audit.drift_witness, the fact relations
-- writes: nothing
-- time: recorded by a transaction that the witness did not see, known_at before its horizon
create or replace function audit.fact_news(p_entrypoint text)
returns table (class text, object text, detail text, keys jsonb, known_from timestamptz)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_witness audit.drift_witness;
  v_source record;
  v_news record;
  v_missing bigint;
  v_top bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
begin
  select w.* into v_witness from audit.drift_witness as w where w.entrypoint = p_entrypoint;
  for v_source in
    select s.relid, s.fqn, s.known_at_column, s.match_columns, s.row_columns,
      (v_witness.sources #>> array[s.fqn, 'rows'])::bigint
        - (audit.source_state(s.relid, s.kind, s.known_at_column, v_witness.horizon, v_witness.snapshot) ->> 'rows')::bigint
        as missing
    from audit.source_relations(p_entrypoint) as s
    where s.kind = 'fact' and v_witness.sources ? s.fqn
  loop
    v_missing := greatest(v_source.missing, 0);
    for v_news in execute format(
      'select n.replaces, count(*) as facts, min(n.known_at) as known_from, jsonb_agg(distinct n.row_key) filter (where n.n <= 1000) as keys '
      'from (select t.%1$I as known_at, %2$s as row_key, row_number() over (order by t.%1$I) as n, '
      'exists (select from %3$s as o where %4$s and audit.recorded_in(o.xmin, $2, $3)) as replaces '
      'from %3$s as t where t.%1$I < $1 and not audit.recorded_in(t.xmin, $2, $3)) as n group by n.replaces order by n.replaces',
      v_source.known_at_column,
      case when v_source.row_columns = '{}' then 'null::jsonb' else 'jsonb_build_object(' || (
        select string_agg(format('%1$L, t.%1$I', c.name), ', ') from unnest(v_source.row_columns) as c (name)) || ')' end,
      v_source.fqn,
      coalesce((select string_agg(format('o.%1$I is not distinct from t.%1$I', c.name), ' and ')
        from unnest(v_source.match_columns) as c (name)), 'false'))
      using v_witness.horizon, v_witness.snapshot, v_top
    loop
      return query select
        case when v_missing > 0 then 'tampering' when v_news.replaces then 'correction' else 'late arrival' end,
        v_source.fqn,
        case
          when v_missing > 0 then format('%s facts were rewritten in place', v_news.facts)
          else format('%s facts known from %s on were recorded after the rows they reach%s', v_news.facts,
            v_news.known_from, case when v_news.replaces then ' and speak of a key that had one already' else '' end)
        end,
        v_news.keys, v_news.known_from;
      v_missing := greatest(v_missing - v_news.facts, 0);
    end loop;
    if v_missing > 0 then
      return query select 'deletion'::text, v_source.fqn, format('%s facts are gone', v_missing), null::jsonb,
        null::timestamptz;
    end if;
  end loop;
end
$$;
revoke all on function audit.fact_news(text) from public;
