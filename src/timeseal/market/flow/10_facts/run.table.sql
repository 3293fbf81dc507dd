-- purpose: ledger of fact runs: opened and committed before the first fact, closed after the last
-- grain: one row per run
-- reads: nothing
-- writes: raw.run
-- time: opened_at bounds the safe horizon while the run is open; observed_until is how far the source was watched
create table if not exists raw.run (
  run_id bigint generated always as identity primary key,
  kind text not null check (kind in ('ingest', 'backfill', 'reference')),
  source text not null check (btrim(source) <> ''),
  payload_sha256 text,
  opened_at timestamptz not null,
  opened_xid xid8 not null,
  lease_until timestamptz not null,
  closed_at timestamptz,
  status text not null default 'open' check (status in ('open', 'closed', 'crashed')),
  observed_until timestamptz,
  min_known_at timestamptz,
  max_known_at timestamptz,
  rows_in bigint,
  rows_new bigint,
  rows_quarantined bigint,
  actor text not null default session_user,
  constraint run_closed_has_time check ((status = 'open') = (closed_at is null)),
  constraint run_lease_after_open check (lease_until > opened_at)
);
create index if not exists run_open_idx on raw.run (opened_at) where status = 'open';
create index if not exists run_payload_idx on raw.run (source, payload_sha256);
