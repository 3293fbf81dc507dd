-- purpose: the habit's hash of a day: the first rows in id order as JSON text, digested, joined, digested
-- grain: one relation and t0_day
-- reads: the relation
-- writes: nothing
-- time: the day is cut by the session's zone, as the habit does
create or replace function usual_practice.dataset_sha256(p_relation regclass, p_day date, p_sample_limit integer)
returns text
language plpgsql
stable
as $$
declare
  v_sha256 text;
begin
  execute format(
    'select encode(sha256(convert_to(string_agg(s.h, '''' order by s.listing_id), ''UTF8'')), ''hex'') '
    'from (select t.listing_id, encode(sha256(convert_to(to_jsonb(t)::text, ''UTF8'')), ''hex'') as h '
    'from %s as t where t.edited_date::date = $1 order by t.listing_id limit $2) as s', p_relation)
    into v_sha256 using p_day, p_sample_limit;
  return v_sha256;
end
$$;
