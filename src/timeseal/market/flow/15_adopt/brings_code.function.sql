-- purpose: would writing a row of a table as json run code of somebody else, with our rights
-- grain: one table
-- reads: the catalogue
-- writes: nothing
-- time: asked at every write, since a cast can be made at any time
create or replace function raw.brings_code(p_relid oid) returns boolean
language sql
stable
as $$
  select exists (
    select
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped and a.atttypid >= 16384
      -- what the server itself writes out: an enum without a cast, a domain over a type of its own
      and not (t.typtype = 'd' and t.typbasetype < 16384 or t.typtype = 'e' and not exists (
        select from pg_catalog.pg_cast as c where c.castsource = t.oid and c.casttarget = 'pg_catalog.json'::regtype)));
$$;
