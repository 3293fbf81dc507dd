-- purpose: town name in the form that mappings are keyed by: composed letters, single blanks, lower case, NULL when empty
-- grain: one name
-- reads: nothing
-- writes: nothing
-- time: none; letters are listed, because lower() follows the collation of the database
create or replace function ref.norm_city(p_city text) returns text
language sql
immutable
parallel safe
return nullif(
  btrim(regexp_replace(
    translate(
      lower(normalize(p_city, NFC) collate "C"),
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞČĐŊŠŦŽ',
      'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþčđŋšŧž'
    ),
    '[ \t\n\r\f\v\u0085\u00a0\u2007\u2009\u200b\u202f\ufeff]+', ' ', 'g')),
  '');
