-- purpose: battery health in percent as an ad's own text states it; NULL where it does not
-- grain: one ad's texts
-- reads: nothing
-- writes: nothing
-- time: none; read out of the defining observation, so it is known at first sight
create or replace function ref.battery_of_text(p_title text, p_description text) returns integer
language sql
immutable
parallel safe
begin atomic
  -- offset: each step is taken once
  select case when said.percent between 1 and 100 then said.percent end
  from (
    select coalesce(
      substring(t.words from '(?:batter|kapasitet|capacity)[a-zæøå ]{0,24}:? ?([0-9]{2,3}) ?%'),
      substring(t.words from '([0-9]{2,3}) ?% ?(?:batter|maks|max)'))::integer as percent
    from (
      select translate(lower(coalesce(p_title, '') || ' . ' || coalesce(p_description, '') collate "C"), 'ÆØÅ', 'æøå') as words
      offset 0
    ) as t
    where t.words like '%\%%'
    offset 0
  ) as said;
end;
