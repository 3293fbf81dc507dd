-- purpose: severity of the damage that an ad's own text states: 3 broken, 2 cracked, 1 scratched, 0 where it states none
-- grain: one ad's texts
-- reads: nothing
-- writes: nothing
-- time: none; read out of the defining observation, so it is known at first sight
create or replace function ref.damage_of_text(p_title text, p_description text) returns integer
language sql
immutable
parallel safe
begin atomic
  select case
    when said.words ~ 'knust|slår seg ikke på|vannskade|is broken|screen broken|not turn on|water damage' then 3
    when said.words ~ 'sprekk|sprukket|crack' then 2
    when said.words ~ 'ripe|hakk|scratch|dent' then 1
    else 0
  end
  from (
    -- what is denied is not stated: "ikke knust", "ingen skader eller sprekker", "no damage, no cracks"; but "not turn on" is
    select regexp_replace(
      translate(lower(coalesce(p_title, '') || ' . ' || coalesce(p_description, '') collate "C"), 'ÆØÅ', 'æøå'),
      '(ikke|ingen|uten|not|no) (?!på|turn)(noe |any |synlige |visible )?[a-zæøå]+( eller [a-zæøå]+| or [a-zæøå]+)?', '', 'g') as words
    offset 0
  ) as said;
end;
