-- purpose: the one place where a day's baseline is written, always together with its line in the drift ledger
-- grain: one row per accepted day
-- reads: the entrypoint
-- writes: audit.t0_dataset_hash_baseline, audit.t0_leaf_baseline, audit.drift_event
-- time: none
create or replace function audit.accept_days(
  p_entrypoint text,
  p_changes jsonb,
  p_reason text,
  p_budget text,
  p_sample_limit integer
) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_days date[];
  v_twice audit.finding;
begin
  select array_agg((c.value ->> 't0_day')::date) into v_days from jsonb_array_elements(p_changes) as c (value);
  if v_days is null then
    return 0;
  end if;
  delete from audit.t0_dataset_hash_baseline as b where b.entrypoint = v_ep.entrypoint and b.t0_day = any (v_days);
  delete from audit.t0_leaf_baseline as l where l.entrypoint = v_ep.entrypoint and l.t0_day = any (v_days);
  begin
    with leaf as (
      insert into audit.t0_leaf_baseline (entrypoint, t0_day, row_key, leaf, cells)
      select v_ep.entrypoint, d.t0_day, d.row_key, d.leaf, d.cells
      from audit.row_digests(v_ep.relid, v_ep.key_columns, v_ep.t0_column, v_ep.day_column, v_days, true) as d
      returning t0_leaf_baseline.t0_day, t0_leaf_baseline.cells
    ),
    lane as (
      select l.t0_day, sum(hash_array_extended(l.cells, 0)) as total from leaf as l group by l.t0_day
    )
    insert into audit.t0_dataset_hash_baseline (entrypoint, t0_day, dataset_sha256, row_count, columns, lane)
    select v_ep.entrypoint, d.t0_day, d.sha256_after, d.rows_after, audit.column_names(v_ep.relid), l.total
    from jsonb_to_recordset(p_changes) as d (t0_day date, sha256_after text, rows_after bigint)
    left join lane as l on l.t0_day = d.t0_day
    where d.sha256_after is not null;
  exception when unique_violation then
    select f.* into v_twice
    from audit.gate_key(v_ep.entrypoint) as f
    where f.expected = 'one row per key'
    order by f.subject collate "C"
    limit 1;
    if v_twice.subject is null then
      raise;
    end if;
    raise exception 'TS001: nothing of % is accepted: its key is not unique', v_ep.entrypoint
      using errcode = 'TS001', detail = 'expected: one row per key; found: ' || v_twice.subject || ', ' || v_twice.found,
        hint = format('Make the view return one row per declared key. Run: timeseal seal check %s --gate key', v_ep.entrypoint);
  end;
  perform audit.record_drift(v_ep.entrypoint, p_changes, p_reason, p_budget, p_sample_limit);
  return cardinality(v_days);
end
$$;
