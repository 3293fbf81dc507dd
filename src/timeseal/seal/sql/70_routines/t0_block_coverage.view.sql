-- purpose: which published blocks are certified, which are not built yet, and which this market does not have
-- grain: one row per block, in published order
-- reads: audit.t0_block, audit.t0_cert_registry, audit.entrypoint, pg_catalog.pg_attribute
-- writes: nothing
-- time: age is measured by the wall clock
create or replace view audit.t0_block_coverage as
select
  b.feature_block,
  b.entrypoint,
  c.status,
  c.certified_at,
  clock_timestamp() - c.certified_at as age,
  c.dataset_days,
  c.notes,
  c.protection,
  b.surface
from audit.t0_block as b
left join audit.entrypoint as e on e.entrypoint = b.entrypoint and e.retired_at is null
left join audit.entrypoint as p on p.entrypoint = b.surface and p.retired_at is null
cross join lateral (
  select e.relid is not null and p.relid is not null and not exists (
    select 1
    from unnest(b.columns) as w (name)
    where not exists (
      select 1 from pg_catalog.pg_attribute as a where a.attrelid = p.relid and a.attname = w.name and a.attnum > 0
    )
  ) as built
) as k
left join audit.t0_cert_registry as r on k.built and r.entrypoint = b.entrypoint
left join audit.t0_cert_registry as s on k.built and s.entrypoint = b.surface
-- a block of two surfaces is as good as the worse of them, and as old as the older
cross join lateral (
  select
    case
      when not k.built and b.promised then 'not built'
      when not k.built then 'not provided'
      when r.status is null or s.status is null then 'never certified'
      when r.status = 'CERTIFIED' then s.status
      else r.status
    end as status,
    least(r.certified_at, s.certified_at) as certified_at,
    s.dataset_days,
    case
      when not k.built then case when not b.promised then b.absent end
      when r.status = 'CERTIFIED' then s.notes
      else coalesce(r.notes, s.notes)
    end as notes,
    s.protection
) as c
order by b.ordinal;
