-- purpose: put on record what the releases of a run hold when it ends; one that claims another number of rows cannot be closed
-- grain: one run
-- reads: ref.release, ref.release_rows, ref.release_lane
-- writes: ref.release_content
-- time: none
create or replace function ref.keep_release_content(p_run bigint, p_status text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_release ref.release;
  v_count bigint;
  v_digest text;
begin
  -- one by one: the digest of a named release reads no row of the others
  for v_release in select r.* from ref.release as r where r.run_id = p_run order by r.release_id
  loop
    select w.row_count, w.rows_sha256 into v_count, v_digest from ref.release_rows as w where w.release_id = v_release.release_id;
    if p_status = 'closed' and coalesce(v_count, 0) <> v_release.row_count then
      raise exception 'TS003: release % is not complete', v_release.release_id
        using errcode = 'TS003',
          detail = format('expected: %s rows, as it says; found: %s', v_release.row_count, coalesce(v_count, 0)),
          hint = format('Load the rest, or give the run up: select raw.abandon_run(%s)', p_run);
    end if;
    insert into ref.release_content (release_id, row_count, rows_sha256, lane)
    values (v_release.release_id, coalesce(v_count, 0), coalesce(v_digest, ''),
      coalesce((select w.lane from ref.release_lane as w where w.release_id = v_release.release_id), 0));
  end loop;
end
$$;
revoke all on function ref.keep_release_content(bigint, text) from public;
