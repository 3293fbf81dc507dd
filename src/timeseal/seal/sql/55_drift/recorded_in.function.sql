-- purpose: whether a row version was recorded by a transaction that an older snapshot already saw
-- grain: one row version; p_top is a transaction id of now, since xmin has only the lower half of one
-- reads: nothing
-- writes: nothing
-- time: transactions, not clocks: no stamp that a writer chooses counts
create or replace function audit.recorded_in(p_xmin xid, p_snapshot pg_snapshot, p_top bigint) returns boolean
language sql
stable parallel safe
-- no settings and one expression: it is inlined into scans of whole fact tables
as $$
  select case
    -- far older than the snapshot: no arithmetic needed; the margin covers transactions that run now
    when pg_catalog.age(p_xmin) > p_top - pg_catalog.pg_snapshot_xmin(p_snapshot)::text::bigint + 100000 then true
    else pg_catalog.pg_visible_in_snapshot(
      (p_top - 2147483648 + (p_xmin::text::bigint - p_top % 4294967296 + 6442450944) % 4294967296)::text::xid8,
      p_snapshot)
  end
$$;
revoke all on function audit.recorded_in(xid, pg_snapshot, bigint) from public;
