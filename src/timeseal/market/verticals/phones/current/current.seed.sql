-- purpose: every column of the projections is the state of now: no certified closure may read one
-- grain: one row per column
-- reads: pg_catalog.pg_attribute
-- writes: audit.column_role
-- time: none
insert into audit.column_role (relid, column_name, role)
select a.attrelid, a.attname::text, 'current'
from pg_catalog.pg_attribute as a
where a.attrelid in (
    '"iPhone".iphone_listings'::regclass, '"iPhone".iphone_ai_enrich'::regclass, '"iPhone".attribute_current'::regclass)
  and a.attnum > 0 and not a.attisdropped
on conflict (relid, column_name) do update set role = excluded.role, clock = null;
