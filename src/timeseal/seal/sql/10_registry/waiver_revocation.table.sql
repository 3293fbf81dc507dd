-- purpose: waivers that somebody took back before they expired
-- grain: one row per waiver taken back
-- reads: nothing
-- writes: audit.waiver_revocation
-- time: revoked_at is the wall clock
create table if not exists audit.waiver_revocation (
  waiver_id bigint primary key references audit.waiver (waiver_id),
  reason text not null check (btrim(reason) <> ''),
  author text not null default session_user,
  revoked_at timestamptz not null default clock_timestamp()
);
