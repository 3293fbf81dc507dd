-- purpose: all rows of an entrypoint in stretches of t0, as a replay of every row takes them one after the other
-- grain: one stretch; rows that share a t0 are never parted
-- reads: what audit.replay_row_keys reads
-- writes: nothing
-- time: from_t0 <= t0 < upto_t0
create or replace function audit.replay_batches(p_entrypoint text, p_rows integer default 500)
returns table (from_t0 timestamptz, upto_t0 timestamptz, rows bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with moment as (
    select (k.row_key ->> e.t0_column)::timestamptz as t0, count(*) as rows
    from audit.entrypoint_row(p_entrypoint) as e
    cross join lateral unnest(audit.replay_row_keys(e, '-infinity', 'infinity')) as k (row_key)
    group by 1
  ),
  placed as (
    select m.t0, m.rows, div(sum(m.rows) over (order by m.t0) - m.rows, greatest(p_rows, 1)) as stretch from moment as m
  )
  select min(p.t0), max(p.t0) + interval '1 us', sum(p.rows)::bigint
  from placed as p
  group by p.stretch
  order by 1;
$$;
