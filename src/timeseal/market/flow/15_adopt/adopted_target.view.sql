-- purpose: what a column of an adopted table may become: a column of an observation, or what its key, time and end are read from
-- grain: one row per target
-- reads: the columns of raw.listing_observation
-- writes: nothing
-- time: t0 is declared at adoption; sold_date becomes the time of an event
create or replace view raw.adopted_target as
select a.attname::text as target, format_type(a.atttypid, a.atttypmod) as type
from pg_catalog.pg_attribute as a
where a.attrelid = 'raw.listing_observation'::regclass and a.attnum > 0 and not a.attisdropped
  and a.attname not in ('observed_at', 'source', 'run_id', 'state_seen', 'payload_sha256', 'known_at_kind')
union all
select s.target, s.type
from (values ('t0', 'timestamp with time zone'), ('sold_date', 'timestamp with time zone'), ('sold_price', 'integer'),
  ('status', 'text'), ('mark', 'text')) as s (target, type);
