-- purpose: the rows of each release, of all reference tables together, as a number and a digest that no order of theirs changes
-- grain: one row per release that has rows
-- reads: every reference table
-- writes: nothing
-- time: when a row was loaded is no part of what it says; that all are known at publication, ref.release_lane tells
create or replace view ref.release_rows as
select w.release_id, count(*) as row_count,
  encode(sha256(string_agg(w.line, E'\n' order by w.line collate "C")::bytea), 'hex') as rows_sha256
from (
  select x.release_id, 'city_to_super_metro ' ||
    quote_nullable(x.location_city_norm) || ',' || quote_nullable(x.region)
      || ',' || quote_nullable(x.pickup_metro_30_200) || ',' || quote_nullable(x.super_metro_v4)
      || ',' || quote_nullable(x.source)
  from ref.city_to_super_metro as x
  union all
  select x.release_id, 'cohort ' ||
    quote_nullable(x.generation::text) || ',' || quote_nullable(x.cohort_id)
  from ref.cohort as x
  union all
  select x.release_id, 'fylke_history ' ||
    quote_nullable(x.fylke_code2) || ',' || quote_nullable(x.name)
      || ',' || quote_nullable((x.snapshot_date - date '2000-01-01')::text)
  from ref.fylke_history as x
  union all
  select x.release_id, 'geo_district ' ||
    quote_nullable(x.district_code) || ',' || quote_nullable(x.municipality_count::text)
      || ',' || quote_nullable(x.area_km2::text) || ',' || quote_nullable(x.population::text)
      || ',' || quote_nullable(x.urban_population::text)
  from ref.geo_district as x
  union all
  select x.release_id, 'geo_postal ' ||
    quote_nullable(x.postal_code) || ',' || quote_nullable(x.place) || ',' || quote_nullable(x.state)
      || ',' || quote_nullable(x.district_code) || ',' || quote_nullable(x.district)
      || ',' || quote_nullable(x.lat::text) || ',' || quote_nullable(x.lon::text)
      || ',' || quote_nullable(x.place_count::text)
  from ref.geo_postal as x
  union all
  select x.release_id, 'kommune_code_history ' ||
    quote_nullable(x.kommune_code4) || ',' || quote_nullable(x.name)
      || ',' || quote_nullable(x.valid_from_year::text) || ',' || quote_nullable(x.valid_to_year::text)
      || ',' || quote_nullable(x.successor_code4)
  from ref.kommune_code_history as x
  union all
  select x.release_id, 'kommune_socio_history ' ||
    quote_nullable(x.kommune_code4) || ',' || quote_nullable((x.snapshot_date - date '2000-01-01')::text)
      || ',' || quote_nullable(x.centrality_class::text) || ',' || quote_nullable(x.centrality_standard)
      || ',' || quote_nullable(x.income_median_after_tax_nok::numeric::text)
      || ',' || quote_nullable(x.income_gross_nok::numeric::text)
      || ',' || quote_nullable(x.population::text)
  from ref.kommune_socio_history as x
  union all
  select x.release_id, 'kreis_income ' ||
    quote_nullable(x.region_code) || ',' || quote_nullable(x.year::text) || ',' || quote_nullable(x.region)
      || ',' || quote_nullable(x.income_eur::text)
  from ref.kreis_income as x
  union all
  select x.release_id, 'postal_code_to_kommune_history ' ||
    quote_nullable(x.postal_code) || ',' || quote_nullable(x.kommune_code4) || ',' || quote_nullable(x.place)
      || ',' || quote_nullable((x.snapshot_date - date '2000-01-01')::text)
  from ref.postal_code_to_kommune_history as x
  union all
  select x.release_id, 'postal_code_to_super_metro ' ||
    quote_nullable(x.postal_code) || ',' || quote_nullable(x.region)
      || ',' || quote_nullable(x.pickup_metro_30_200) || ',' || quote_nullable(x.super_metro_v4)
      || ',' || quote_nullable(x.source)
  from ref.postal_code_to_super_metro as x
) as w (release_id, line)
group by w.release_id;
