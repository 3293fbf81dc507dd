-- purpose: attributes of an ad, as a change of its row in an adopted table tells
-- grain: one row per attribute whose value differs from what was known
-- reads: raw.attribute_event
-- writes: nothing
-- time: known when it was seen, also in a row of before the adoption: a value of today says nothing of the day it was made up
create or replace function raw.adopted_attributes(
  p_source text,
  p_doc jsonb,
  p_previous jsonb,
  p_seen_at timestamptz,
  p_generation text,
  p_listing_id text
) returns table (generation integer, listing_id bigint, attribute text, value text, known_at timestamptz)
language sql
stable
as $$
  select p_generation::integer, p_listing_id::bigint, substr(c.key, 2), c.value, p_seen_at
  from jsonb_each_text(p_doc) as c (key, value)
  where c.key like '@%' and c.value is distinct from case
    when p_previous is not null then p_previous ->> c.key
    else (
      select a.value
      from raw.attribute_event as a
      where a.generation = p_generation::integer and a.listing_id = p_listing_id::bigint and a.source = p_source
        and a.attribute = substr(c.key, 2)
      order by a.known_at desc
      limit 1
    ) end;
$$;
