-- purpose: whether a row version was recorded by a transaction that an older snapshot already saw
-- grain: one row version; p_top is any transaction id of now, since xmin has only the lower half
-- reads: nothing
-- writes: nothing
-- time: transactions, not clocks: no stamp that a writer chooses counts
create or replace function audit.recorded_in(p_xmin xid, p_snapshot pg_snapshot, p_top bigint) returns boolean
language sql
immutable parallel safe
as $$
  select f.full_id < 3 or pg_catalog.pg_visible_in_snapshot(f.full_id::text::xid8, p_snapshot)
  from (
    select p_top - 2147483648
      + (p_xmin::text::bigint - p_top % 4294967296 + 2147483648 + 4294967296) % 4294967296 as full_id
    where p_xmin::text::bigint > 2
    union all
    select 0 where p_xmin::text::bigint <= 2
  ) as f
$$;
revoke all on function audit.recorded_in(xid, pg_snapshot, bigint) from public;
