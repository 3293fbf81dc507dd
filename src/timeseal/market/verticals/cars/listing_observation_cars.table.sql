-- purpose: the attributes that a car ad shows, under their own names
-- grain: columns of raw.listing_observation
-- reads: nothing
-- writes: raw.listing_observation
-- time: read off the page at observed_at
alter table raw.listing_observation add column if not exists brand text;
alter table raw.listing_observation add column if not exists body text;
alter table raw.listing_observation add column if not exists gearbox text;
alter table raw.listing_observation add column if not exists fuel text;
alter table raw.listing_observation add column if not exists power_ps integer;
alter table raw.listing_observation add column if not exists mileage_km integer;
alter table raw.listing_observation add column if not exists first_registration_year integer;
alter table raw.listing_observation add column if not exists first_registration_month integer;
alter table raw.listing_observation add column if not exists unrepaired_damage_declared boolean;
alter table raw.listing_observation add column if not exists published_on date;
