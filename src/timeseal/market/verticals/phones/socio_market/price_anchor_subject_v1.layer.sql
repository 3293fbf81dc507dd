-- purpose: what makes two phones comparable, as the first sight of each ad stated it: model, storage, condition, damage, battery, trust
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: the defining observation alone; what later readers found out about the phone belongs to the landmark clock
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  form.model_norm,
  form.cs_bucket,
  form.sev,
  form.battery_pct,
  f.generation::text || '/' || form.model_norm || '/' || f.sbucket::text as strict_cohort,
  alike.condition_group * 10 + form.sev as strict_group,
  f.generation::text || '/' || form.model_norm || '/' || form.smart_sbucket::text || case when form.sev > 0 then '/damaged' else '' end
    as smart_cohort,
  alike.trust as smart_1,
  alike.battery_class as smart_2,
  form.cs_bucket * 100 + form.sev * 10 + alike.battery_group as smart_3,
  alike.condition_group as smart_4,
  null::timestamptz as _max_known_at
from tom_features_v1 as f
-- offset: texts are read once per ad
cross join lateral (
  select
    nullif(btrim(regexp_replace(lower(f.model collate "C"), '[[:space:]]+', ' ', 'g')), ''),
    case
      when f.storage_gb >= 1900 and f.generation = 17 and lower(f.model collate "C") like '%pro%' then 2048
      when f.storage_gb >= 120 then f.sbucket
    end,
    -- hundredths: equality of floats decides nothing here
    case lower(btrim(f.condition) collate "C")
      when 'helt ny' then 100
      when 'som ny' then 90
      when 'pent brukt' then 70
      when 'godt brukt' then 50
      when 'defekt' then 20
      else 0
    end,
    damage_of_text(f.title, f.description),
    battery_of_text(f.title, f.description)
  offset 0
) as form (model_norm, smart_sbucket, cs_bucket, sev, battery_pct)
cross join lateral (
  select
    case when form.cs_bucket >= 70 then 2 when form.cs_bucket = 50 then 1 else 0 end,
    case
      when form.battery_pct is null then 0
      when form.battery_pct < 80 then 1
      when form.battery_pct < 85 then 2
      when form.battery_pct < 90 then 3
      when form.battery_pct < 95 then 4
      else 5
    end,
    case when form.battery_pct >= 90 then 2 when form.battery_pct >= 80 then 1 else 0 end,
    case
      when f.seller_rating >= 9.7 and f.review_count >= 50
        and f.member_since_year <= extract(year from f.t0 at time zone 'UTC') - 3 then 2
      when f.seller_rating >= 9.0 and f.review_count >= 10 then 1
      else 0
    end
) as alike (condition_group, battery_class, battery_group, trust)
