-- purpose: send a mark that nobody has given a meaning to quarantine, with an alarm: it must not count as clean in silence
-- grain: one event
-- reads: raw.quarantine
-- writes: raw.quarantine
-- time: none
create or replace function raw.divert_unknown_mark() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if ref.knows_mark(new.mark) then
    return new;
  end if;
  insert into raw.quarantine (run_id, row_number, column_name, expected, found, reason, raw_line)
  select new.run_id, coalesce(max(q.row_number), 0) + 1, 'mark', 'a mark of the spam rule', new.mark, 'unknown mark', to_jsonb(new)::text
  from raw.quarantine as q
  where q.run_id = new.run_id;
  raise warning 'TS003: unknown mark % of ad % in quarantine', coalesce(quote_literal(new.mark), 'NULL'), new.listing_id
    using detail = 'expected: a mark that ref.knows_mark gives a meaning',
      hint = 'select raw_line from raw.quarantine where reason = ''unknown mark''; then name the mark in ref.excludes_listing';
  return null;
end
$$;
revoke all on function raw.divert_unknown_mark() from public;
