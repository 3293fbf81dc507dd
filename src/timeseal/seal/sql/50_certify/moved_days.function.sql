-- purpose: the days whose rows may differ from what a certified run hashed, where refreshes can account for every version since
-- grain: one entrypoint; NULL: somebody else wrote, or a row may be made of rows of another day: hash every row
-- reads: audit.layer_write, what audit.is_local reads
-- writes: nothing
-- time: UTC days
create or replace function audit.moved_days(p_ep audit.entrypoint, p_run audit.t0_cert_run, p_versions bigint[]) returns date[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_days date[];
begin
  with recursive wanted as (
    select w.relid, w.was, w.version
    from unnest(p_run.stamp_relids, p_run.stamp_versions, p_versions) as w (relid, was, version)
    where w.was is distinct from w.version
  ),
  -- one write leads from each version at most: a chain that ends elsewhere leaves something unaccounted
  chain (relid, version, days) as (
    select w.relid, w.was, '{}'::date[] from wanted as w
    union all
    select c.relid, l.to_version, l.t0_days
    from chain as c
    join audit.layer_write as l on l.relid = c.relid and l.from_version = c.version
    join wanted as w on w.relid = c.relid and l.to_version <= w.version
  )
  select case when not exists (
      select from wanted as w
      where not exists (select from chain as c where c.relid = w.relid and c.version = w.version)
    ) then array(select distinct d.t0_day from chain as c cross join unnest(c.days) as d (t0_day) order by 1) end
  into v_days;
  if v_days is not null and audit.is_local(p_ep) then
    return v_days;
  end if;
  return null;
end
$$;
revoke all on function audit.moved_days(audit.entrypoint, audit.t0_cert_run, bigint[]) from public;
