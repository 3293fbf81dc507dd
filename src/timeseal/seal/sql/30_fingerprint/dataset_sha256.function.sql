-- purpose: the digest of one day of an entrypoint or layer, under the name that scripts call
-- grain: one day; p_sample_limit is accepted and ignored, coverage is always full
-- reads: audit.entrypoint, audit.materialisation, the relation
-- writes: nothing
-- time: UTC day of t0
create or replace function audit.dataset_sha256(
  p_relation regclass, p_day date, p_sample_limit integer default 2000
) returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_t0 text;
  v_day text;
begin
  select d.t0_column, d.day_column into v_t0, v_day
  from (
    select e.t0_column, e.day_column, e.relid as relid from audit.entrypoint as e
    union all
    select m.t0_column, null, r.relid
    from audit.materialisation as m
    cross join lateral (values (m.stored), (m.source), (m.published)) as r (relid)
  ) as d
  where d.relid = p_relation and d.t0_column is not null
  order by d.day_column nulls last, d.t0_column
  limit 1;
  if v_t0 is null then
    raise exception 'TS003: % is neither an entrypoint nor a layer with t0', p_relation
      using errcode = 'TS003',
        detail = 'expected: a declared relation; found: ' || p_relation::text,
        hint = 'Declare it with: timeseal seal add SCHEMA.VIEW --key … --t0 COLUMN';
  end if;
  return coalesce(
    (select f.day_sha256 from audit.fingerprint_days(p_relation, v_t0, v_day, array[p_day]) as f),
    encode(sha256(date_send(p_day) || int8send(0)), 'hex')
  );
end
$$;
revoke all on function audit.dataset_sha256(regclass, date, integer) from public;
