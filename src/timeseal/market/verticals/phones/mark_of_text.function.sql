-- purpose: the mark that an ad's own words earn it: wanted, bundled, an accessory, or an older model; NULL for a phone on sale
-- grain: one ad's texts
-- reads: nothing
-- writes: nothing
-- time: none; an ad that says so itself is excluded from its first sight on, without waiting for anybody's mark
create or replace function ref.mark_of_text(p_title text, p_description text, p_model text) returns text
language sql
immutable
parallel safe
begin atomic
  select case
    when said.title ~ '^(ønskes|ønsker|kjøpe|kjøpes|wtb|wanted)( |:|$)' then 'wanted'
    when said.description ~ '^(ønsker å kjøpe|kjøpes:|leter etter|looking to buy|wanted:)' then 'wanted'
    when said.title ~ '^pakke |[+] *(airpods|ipad|klokke|watch)' then 'bundled'
    when said.description ~ 'samlet pris|kun samlet|^bundle:|, one price|together only' then 'bundled'
    when said.title ~ '^(deksel|skjermbeskytter|tilbehør|lader|case|cover|screen protector)( |$)' then 'junk'
    when said.description ~ '^(deksel|skjermbeskytter|case|screen protector) (til|for) ' then 'junk'
    when said.model ~ '^iphone (4|5|6|7|8|1[0-2]|x|xr|xs|se)( |s |$)' then 'below13'
  end
  from (
    select
      btrim(translate(lower(p_title collate "C"), 'ÆØÅ', 'æøå')) as title,
      btrim(translate(lower(p_description collate "C"), 'ÆØÅ', 'æøå')) as description,
      btrim(lower(p_model collate "C")) as model
  ) as said;
end;
