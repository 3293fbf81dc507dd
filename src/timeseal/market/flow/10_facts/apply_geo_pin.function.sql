-- purpose: write the newest pin and the digest of its rows into ref.geo_mapping_pinned_super_metro_v4_v1 as literals, so that the seal covers both
-- grain: one view; without a pin it has no row, which no certificate survives
-- reads: ref.geo_mapping_current, ref.geo_mapping_pinned_super_metro_v4_v1
-- writes: ref.geo_mapping_pinned_super_metro_v4_v1
-- time: none
create or replace function ref.apply_geo_pin() returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_wanted record;
  v_found record;
begin
  select c.release_id, c.rows_sha256 into v_wanted from (values (1)) as one (row) left join ref.geo_mapping_current as c on true;
  if to_regclass('ref.geo_mapping_pinned_super_metro_v4_v1') is not null then
    select p.release_id, p.rows_sha256 into v_found
    from (values (1)) as one (row) left join ref.geo_mapping_pinned_super_metro_v4_v1 as p on true;
    if v_found is not distinct from v_wanted then
      return v_wanted.release_id;
    end if;
  end if;
  execute format(
    'create or replace view ref.geo_mapping_pinned_super_metro_v4_v1 as select %L::text as release_id, %L::text as rows_sha256 where %s',
    v_wanted.release_id, v_wanted.rows_sha256, case when v_wanted.release_id is null then 'false' else 'true' end);
  return v_wanted.release_id;
end
$$;
revoke all on function ref.apply_geo_pin() from public;
