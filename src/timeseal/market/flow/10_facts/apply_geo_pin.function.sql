-- purpose: write the newest pin into ref.geo_mapping_pinned_super_metro_v4_v1 as a literal, so that the seal covers it
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
  v_wanted text := (select c.release_id from ref.geo_mapping_current as c);
  v_found text;
begin
  if to_regclass('ref.geo_mapping_pinned_super_metro_v4_v1') is not null then
    select p.release_id into v_found from ref.geo_mapping_pinned_super_metro_v4_v1 as p;
    if v_found is not distinct from v_wanted then
      return v_wanted;
    end if;
  end if;
  execute format('create or replace view ref.geo_mapping_pinned_super_metro_v4_v1 as select %L::text as release_id where %s',
    v_wanted, case when v_wanted is null then 'false' else 'true' end);
  return v_wanted;
end
$$;
revoke all on function ref.apply_geo_pin() from public;
