-- purpose: raise unless the set carries both digests of its rows and the live relation is what it says
-- grain: one set
-- reads: what audit.contract_findings reads
-- writes: nothing
-- time: none
create or replace function ml.assert_feature_contract(p_set text) returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count bigint;
  v_all text;
  v_hint text;
begin
  select count(*), string_agg(format('%s: expected %s, found %s', f.subject, f.expected, f.found), '; '),
    (array_agg(f.hint))[1]
  into v_count, v_all, v_hint
  from audit.contract_findings(p_set) as f;
  if v_count > 0 then
    raise exception 'TS004: contract drift in feature set %', coalesce(p_set, 'NULL')
      using errcode = 'TS004', detail = v_all, hint = v_hint;
  end if;
  raise notice 'feature contract % holds', p_set;
end
$$;
