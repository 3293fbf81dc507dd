-- purpose: the append-only, hash-chained record of every certification, passed or failed
-- grain: one row per run of one entrypoint
-- reads: nothing
-- writes: audit.t0_cert_run
-- time: certified_at and expires_at are wall-clock; horizon bounds the t0 of the certified rows; full_hash_at = every row was read
create table if not exists audit.t0_cert_run (
  run_id bigint generated always as identity primary key,
  entrypoint text not null,
  entrypoint_relid oid not null,
  database_oid oid not null,
  system_identifier bigint,
  status text not null check (status in ('CERTIFIED', 'FAILED')),
  started_at timestamptz not null,
  certified_at timestamptz not null,
  expires_at timestamptz not null,
  check_days integer,
  sample_limit integer,
  viewdef_objects integer not null,
  dataset_days integer not null,
  dataset_rows bigint not null,
  definition_sha256 text not null,
  settings_sha256 text not null,
  fingerprint text,
  features_hash text,
  contract_sha256 text,
  horizon timestamptz,
  fact_runs bigint[],
  max_t0_day date,
  stamp_relids oid[] not null,
  stamp_versions bigint[] not null,
  stored_relids oid[] not null,
  catalog_classids oid[],
  catalog_objids oid[],
  catalog_stamp text,
  fuse_value bigint not null,
  parents jsonb not null,
  checks jsonb not null,
  waivers jsonb not null,
  protection text not null check (protection in ('full', 'owner-only')),
  server_version_num integer not null,
  actor text not null,
  reason text not null,
  notes text not null,
  data_checked text not null check (data_checked in ('rows', 'stamps')),
  full_hash_at timestamptz not null,
  basis_sha256 text not null,
  ledger_id bigint,
  previous_sha256 text not null,
  row_sha256 text not null,
  constraint t0_cert_run_expiry check (status = 'FAILED' or expires_at > certified_at),
  constraint t0_cert_run_chain unique (entrypoint, previous_sha256)
);
-- a certificate without one is void
alter table audit.t0_cert_run add column if not exists system_identifier bigint;
create index if not exists t0_cert_run_current_idx on audit.t0_cert_run (entrypoint, run_id desc);
