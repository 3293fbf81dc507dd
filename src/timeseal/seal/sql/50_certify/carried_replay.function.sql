-- purpose: the verdict of a certified run's replay, where since then only refreshes wrote and no fact came late
-- grain: one jsonb array, in the form of audit.carried_checks; empty when the past must be replayed again
-- reads: audit.t0_cert_run
-- writes: nothing
-- time: a late arrival moves the entrypoint's own version; the verdict ends with the last hash of every row, a day at most
create or replace function audit.carried_replay(p_run audit.t0_cert_run, p_versions bigint[], p_rows bigint) returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(c.value), '[]')
  from jsonb_array_elements(audit.carried_checks(p_run)) as c (value)
  where c.value ->> 'gate' = 'replay'
    -- what few rows proved says little of many
    and p_rows <= 2 * (select r.dataset_rows from audit.t0_cert_run as r where r.run_id = (c.value #>> '{carried,run_id}')::bigint)
    and not jsonb_path_exists(c.value, '$.modes[*] ? (@.status == "passed" && @.rows == 0)')
    and (select w.was = w.version
      from unnest(p_run.stamp_relids, p_run.stamp_versions, p_versions) as w (relid, was, version)
      where w.relid = p_run.entrypoint_relid)
$$;
revoke all on function audit.carried_replay(audit.t0_cert_run, bigint[], bigint) from public;
