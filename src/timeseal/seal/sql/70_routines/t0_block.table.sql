-- purpose: the published feature blocks and the entrypoint that would certify each
-- grain: one row per block
-- reads: nothing
-- writes: audit.t0_block
-- time: none
create table if not exists audit.t0_block (
  feature_block text primary key,
  entrypoint text not null
);
