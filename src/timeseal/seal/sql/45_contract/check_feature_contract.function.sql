-- purpose: OK or MISMATCH, read-only, in one statement
-- grain: one set
-- reads: what audit.contract_findings reads
-- writes: nothing
-- time: none
create or replace function ml.check_feature_contract(p_set text) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case when exists (select 1 from audit.contract_findings(p_set) as f) then 'MISMATCH' else 'OK' end;
$$;
