-- purpose: format TSF1: the one digest of a relation: every cell, every row, every day
-- grain: one relation
-- reads: the relation
-- writes: nothing
-- time: UTC days
create or replace function audit.fingerprint_root(p_relation oid, p_t0 text, p_day text)
returns table (root text, days integer, row_count bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select
    audit.fingerprint_fold(
      audit.fingerprint_header(p_relation), coalesce(array_agg(d.t0_day), '{}'),
      coalesce(array_agg(d.row_count), '{}'), coalesce(array_agg(d.day_sha256), '{}')
    ),
    count(*)::integer,
    coalesce(sum(d.row_count), 0)::bigint
  from audit.fingerprint_days(p_relation, p_t0, p_day) as d
$$;
revoke all on function audit.fingerprint_root(oid, text, text) from public;
