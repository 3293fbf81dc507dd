-- purpose: why the door of an entrypoint is closed: NULL when open, else {sqlstate, cause, command that mends it}
-- grain: one entrypoint
-- reads: audit.entrypoint, audit.t0_cert_run, audit.stamp, pg_catalog.pg_class, the fuse sequence
-- writes: nothing
-- time: compares certificate stamps with clock_timestamp(), so that age grows inside long transactions
create or replace function audit.door_judgement(p_entrypoint text, p_max_age interval) returns text[]
language plpgsql
stable
parallel safe
as $$
-- asked once per read: one statement reads all there is to read, and neither rights nor settings change hands, since only
-- audit.cert_guard, audit.door_cause and audit.parent_cause call it, which fix both
declare
  v_run record;
  v_now timestamptz := clock_timestamp();
  v_certify text := 'timeseal certify ' || p_entrypoint;
begin
  if p_entrypoint is null or p_max_age is null or p_max_age <= interval '0' then
    return array['TS001', 'the age limit must be a positive interval, found ' || coalesce(p_max_age::text, 'NULL'),
      'pass a limit such as interval ''24 hours'''];
  end if;
  select r.status, r.certified_at, r.expires_at, r.notes, r.entrypoint_relid, r.database_oid, r.system_identifier, r.server_started_at,
    r.fuse_value, r.stamp_relids, r.stamp_versions, r.catalog_classids, r.catalog_objids, r.catalog_stamp, r.parents,
    r.waivers, r.server_version_num, e.fuse, e.relid, e.retired_at,
    -- arrays beside arrays: a function scan to spread one costs more than all it would be joined with
    (r.stamp_relids <@ array(
      select s.relid
      from audit.stamp as s
      where s.relid = any (r.stamp_relids) and s.version = r.stamp_versions[array_position(r.stamp_relids, s.relid)]
    )) is not true as stamp_moved,
    -- as this transaction sees the catalogue, against the file that a scan would open
    (r.stored_relids <@ array(
      select k.oid
      from pg_catalog.pg_class as k
      where k.oid = any (r.stored_relids)
        and nullif(k.relfilenode, 0) is not distinct from nullif(pg_catalog.pg_relation_filenode(k.oid), 0)
    )) is not true as rewritten
  into v_run
  from (
    -- the columns that are asked for and no others: to set up a scan of all forty takes longer than to find the row
    select r.entrypoint, r.status, r.certified_at, r.expires_at, r.notes, r.entrypoint_relid, r.database_oid,
      r.system_identifier, r.server_started_at, r.fuse_value, r.stamp_relids, r.stamp_versions, r.stored_relids,
      r.catalog_classids, r.catalog_objids, r.catalog_stamp, r.parents, r.waivers, r.server_version_num
    from audit.t0_cert_run as r
    where r.entrypoint = p_entrypoint
    order by r.run_id desc
    limit 1
  ) as r
  join audit.entrypoint as e on e.entrypoint = r.entrypoint;
  if not found then
    return array['TS001', 'it was never certified', v_certify];
  end if;
  if v_run.status is distinct from 'CERTIFIED' then
    -- the gates, and no more: what they found names rows, and a reader asks here
    return array['TS001', 'its last certification did not pass; ' || split_part(v_run.notes, '; first ', 1),
      'timeseal explain ' || p_entrypoint];
  end if;
  if v_run.retired_at is not null then
    return array['TS001', 'it was retired', 'timeseal status'];
  end if;
  if audit.issued_here(v_run.database_oid, v_run.server_started_at, v_run.system_identifier) is not true
    or v_run.entrypoint_relid is distinct from v_run.relid then
    return array['TS001', 'its certificate belongs to another database or relation (restored or copied)', v_certify];
  end if;
  if v_run.server_version_num / 10000 is distinct from current_setting('server_version_num')::integer / 10000 then
    return array['TS001', 'its certificate was issued on another major version of PostgreSQL', v_certify];
  end if;
  if v_run.waivers is distinct from '[]'::jsonb then
    if exists (
      select 1
      from jsonb_array_elements(v_run.waivers) as w (value)
      join audit.waiver_revocation as t on t.waiver_id = (w.value ->> 'waiver_id')::bigint
    ) then
      return array['TS001', 'a waiver that it rests on was taken back', v_certify];
    end if;
  end if;
  if v_run.certified_at is null or v_run.certified_at > v_now then
    return array['TS001', 'its certificate is dated in the future', v_certify];
  end if;
  if v_run.expires_at is null or v_run.expires_at <= v_now then
    return array['TS001', 'stale: its certificate expired at ' || coalesce(v_run.expires_at::text, 'NULL'), v_certify];
  end if;
  if v_now - v_run.certified_at > p_max_age then
    return array['TS001', 'stale: its certificate is older than ' || p_max_age, v_certify];
  end if;
  if (v_run.relid = any (v_run.stamp_relids)) is not true or v_run.stamp_versions is null
    or v_run.stamp_moved is distinct from false then
    return array['TS001', audit.stamp_cause(v_run.stamp_relids, v_run.stamp_versions),
      'timeseal explain ' || p_entrypoint];
  end if;
  if pg_catalog.pg_sequence_last_value(v_run.fuse) is distinct from v_run.fuse_value then
    return array['TS001', 'its fuse is burnt: a certification failed, it was revoked or a definition changed, '
      'perhaps in a transaction that was rolled back or that this one cannot see', 'timeseal explain ' || p_entrypoint];
  end if;
  if v_run.catalog_stamp is not null and v_run.catalog_stamp
    is distinct from audit.catalog_stamp_of(v_run.catalog_classids, v_run.catalog_objids) then
    return array['TS001', 'a definition, function or grant below it was touched after certification',
      'timeseal explain ' || p_entrypoint];
  end if;
  if v_run.rewritten is distinct from false then
    return array['40001', 'a stored relation was rewritten after the snapshot of this transaction',
      'retry in a new transaction'];
  end if;
  if v_run.parents is distinct from '[]'::jsonb then
    return audit.parent_cause(v_run.parents, p_max_age);
  end if;
  return null;
end
$$;
revoke all on function audit.door_judgement(text, interval) from public;
