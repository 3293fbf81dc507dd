-- purpose: base snapshot: what the defining observation of each ad said
-- grain: one row per (generation, listing_id): its earliest observation, whose instant is t0 for ever
-- reads: listing_observation
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: t0 = observed_at of the defining observation; a twin was seen before it, or at it under a lower generation (twins_of_one_instant)
select
  o.listing_id,
  o.observed_at as edited_date,
  o.generation,
  o.model,
  null::integer as storage_gb,
  o.price,
  null::double precision as condition_score,
  null::integer as battery_pct_fixed_ai,
  null::integer as damage_severity_ai,
  null::integer as damage_binary_ai,
  null::double precision as seller_rating,
  null::integer as review_count,
  null::integer as member_since_year,
  null::text as location_city,
  o.postal_code,
  o.title,
  null::text as description,
  length(o.title) as title_length,
  null::integer as description_length,
  o.observed_at as t0,
  (o.observed_at at time zone 'UTC')::date as t0_day,
  power.size_class,
  o.generation * 100 + power.size_class as class_id,
  twin.duplicate_of,
  null::text as observed_mark,
  null::integer as sbucket,
  extract(isodow from o.observed_at at time zone 'Europe/Berlin')::integer - 1 as local_weekday,
  extract(hour from o.observed_at at time zone 'Europe/Berlin')::integer as posted_hour_local,
  o.brand,
  o.body,
  o.gearbox,
  o.fuel,
  o.power_ps,
  o.mileage_km,
  o.first_registration_year,
  o.first_registration_month,
  o.unrepaired_damage_declared,
  (o.observed_at at time zone 'Europe/Berlin')::date - o.published_on as days_on_page_before_t0,
  round(
    (length(o.title) - length(translate(o.title, 'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ', '')))::numeric
      / greatest(1, length(said.words) - length(translate(said.words, 'abcdefghijklmnopqrstuvwxyzäöüß', ''))), 6)
    as title_upper_share,
  cardinality(array_remove(string_to_array(said.words, ' '), '')) as title_word_count,
  length(o.title) - length(translate(o.title, '0123456789', '')) as title_digit_count,
  (said.words ~ 'navi')::integer as title_says_navigation,
  (said.words ~ '\yhand\y|erstbesitz|rentner|1\.? ?hand')::integer as title_says_first_owner,
  (said.words ~ 't[uü]v|tuev|\yhu\y|\yau\y')::integer as title_says_inspection,
  (said.words ~ '(t[uü]e?v|\yhu\y).{0,4}neu|neu.{0,4}(t[uü]e?v|\yhu\y)')::integer as title_says_inspection_new,
  (said.words ~ 'bastler|defekt|schlacht|ersatzteil|export|unfall|motorschaden|getriebeschaden|kaputt')::integer
    as title_says_defect_or_export,
  (said.words ~ 'klima')::integer as title_says_air_conditioning,
  (said.words ~ '\ykm\y|tkm')::integer as title_says_mileage,
  (said.words ~ 'xenon')::integer as title_says_xenon,
  (said.words ~ 'leder')::integer as title_says_leather,
  (said.words ~ '\yahk\y|anh[aä]nger')::integer as title_says_tow_bar,
  (said.words ~ '\ylpg\y|gasanlage|autogas|\ygas\y')::integer as title_says_gas,
  (said.words ~ 'scheckheft|checkheft')::integer as title_says_service_book,
  (said.words ~ 'tdi|cdi|hdi|dci|diesel')::integer as title_says_diesel_engine,
  twin.known_at as _max_known_at
from listing_observation as o
cross join lateral (
  select
    case
      when o.power_ps <= 60 then 1
      when o.power_ps <= 75 then 2
      when o.power_ps <= 90 then 3
      when o.power_ps <= 105 then 4
      when o.power_ps <= 120 then 5
      when o.power_ps <= 150 then 6
      when o.power_ps <= 200 then 7
      when o.power_ps <= 300 then 8
      when o.power_ps > 300 then 9
    end
) as power (size_class)
-- "C": the same letters on every server, whatever the database's collation; offset: computed once per ad
cross join lateral (
  select translate(lower(translate(o.title, '_', ' ') collate "C"), 'ÄÖÜ', 'äöü')
  offset 0
) as said (words)
cross join lateral (
  select
    coalesce(min(d.generation) filter (where d.observed_at < o.observed_at), min(d.generation)),
    max(d.observed_at) filter (where d.observed_at < o.observed_at)
  from listing_observation as d
  where d.listing_id = o.listing_id
    and d.generation <> o.generation
    and (d.observed_at, d.generation) < (o.observed_at, o.generation)
) as twin (duplicate_of, known_at)
where not exists (
  select
  from listing_observation as e
  where e.generation = o.generation
    and e.listing_id = o.listing_id
    and (e.observed_at, e.source, e.payload_sha256) < (o.observed_at, o.source, o.payload_sha256)
)
-- neighbours of a cohort lie together on disk, where the windows of later layers look for them
order by o.generation, o.observed_at, o.listing_id
