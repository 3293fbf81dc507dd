-- purpose: doctor: history that somebody above the roles rewrote: certificates and drift lines whose links do not hold
-- grain: one finding per broken run or line
-- reads: audit.broken_chain, audit.broken_ledger
-- writes: nothing
-- time: none
create or replace function audit.doctor_history() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'history', 'blocking', h.entrypoint, h.subject, 'digest and link hold',
    case when h.row_changed then 'the row was changed' else 'the row before it was changed or is gone' end,
    format('find who rewrote it, then certify anew: timeseal certify %s', h.entrypoint)
  from (
    select c.entrypoint, 'run ' || c.run_id as subject, c.row_changed
    from audit.broken_chain as c
    union all
    select d.entrypoint, 'ledger line ' || d.drift_id, d.row_changed
    from audit.broken_ledger as d
  ) as h;
$$;
