-- purpose: pin a mapping release, after refusing one that no certificate could rest on
-- grain: one pin; returns whether the release is older than the first ad: if not, it needs waivers; NULL before any ad
-- reads: ref.release, ref.release_fault, ref.release_content, ref.release_rows, ref.postal_code_to_super_metro, ref.release_admission
-- writes: ref.geo_pin, ref.geo_mapping_pinned_super_metro_v4_v1
-- time: published_at against the earliest t0
create or replace function ref.pin_geo_mapping(p_release text, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_release ref.release;
  v_found text;
begin
  select r.* into v_release from ref.release as r where r.release_id = p_release;
  v_found := coalesce((select min(f.problem) from ref.release_fault as f where f.release_id = p_release), case
    when v_release.release_id is null then 'no release of that name'
    when not exists (select from ref.postal_code_to_super_metro as m where m.release_id = p_release)
      then 'a release without one row of postal code to super metro'
    when coalesce((select w.rows_sha256 from ref.release_rows as w where w.release_id = p_release), '')
      is distinct from (select c.rows_sha256 from ref.release_content as c where c.release_id = p_release)
      then 'a release whose rows are not those that were loaded'
    when v_release.designed_on_until is null then 'a mapping that does not say until when its designer looked at data'
  end);
  if v_found is not null then
    raise exception 'TS003: release % cannot be pinned', coalesce(p_release, 'NULL')
      using errcode = 'TS003',
        detail = 'expected: a loaded mapping with rows and designed_on_until; found: ' || v_found,
        hint = 'Run: timeseal geo release list';
  end if;
  insert into ref.geo_pin (release_id, rows_sha256, reason)
  select c.release_id, c.rows_sha256, p_reason from ref.release_content as c where c.release_id = p_release;
  perform ref.apply_geo_pin();
  return (select a.published_at <= a.earliest_t0 from ref.release_admission as a where a.release_id = p_release);
end
$$;
revoke all on function ref.pin_geo_mapping(text, text) from public;
