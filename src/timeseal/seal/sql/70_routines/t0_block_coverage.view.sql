-- purpose: which published blocks are certified, and which this database does not provide
-- grain: one row per block
-- reads: audit.t0_block, audit.t0_cert_registry, audit.entrypoint
-- writes: nothing
-- time: age is measured by the wall clock
create or replace view audit.t0_block_coverage as
select
  b.feature_block,
  b.entrypoint,
  case when e.entrypoint is null then 'not provided' else coalesce(r.status, 'never certified') end as status,
  r.certified_at,
  clock_timestamp() - r.certified_at as age,
  r.dataset_days,
  r.notes,
  r.protection
from audit.t0_block as b
left join audit.entrypoint as e on e.entrypoint = b.entrypoint
left join audit.t0_cert_registry as r on r.entrypoint = b.entrypoint;
