-- purpose: the root from day digests that are already at hand, without reading the relation again
-- grain: one root; p_days maps day to {"rows": n, "sha256": hex}
-- reads: system catalogues
-- writes: nothing
-- time: UTC days
create or replace function audit.fingerprint_root_of(p_relation oid, p_days jsonb) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, YMD'
as $$
  select audit.fingerprint_fold(
    audit.fingerprint_header(p_relation),
    coalesce(array_agg(d.key::date order by d.key), '{}'),
    coalesce(array_agg((d.value ->> 'rows')::bigint order by d.key), '{}'),
    coalesce(array_agg(d.value ->> 'sha256' order by d.key), '{}')
  )
  from jsonb_each(p_days) as d
$$;
revoke all on function audit.fingerprint_root_of(oid, jsonb) from public;
