-- purpose: findings that somebody accepts on record, until a date
-- grain: one row per acceptance
-- reads: nothing
-- writes: audit.waiver
-- time: expires_at is compared with the wall clock at certification, both digests with audit.waiver_basis
create table if not exists audit.waiver (
  waiver_id bigint generated always as identity primary key,
  entrypoint text not null,
  gate text not null,
  subject text not null,
  reason text not null check (btrim(reason) <> ''),
  author text not null default session_user,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  rule_sha256 text,
  rows_sha256 text,
  check (expires_at > created_at)
);
