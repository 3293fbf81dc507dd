-- purpose: all that the verdict of the contract gate rests on beside rows and definitions
-- grain: one set; empty without one
-- reads: ml.feature_set, ml.feature_contract, pg_attribute
-- writes: nothing
-- time: none
create or replace function audit.contract_basis(p_set text) returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_set is null or to_regclass('ml.feature_set') is null then
    return '';
  end if;
  return (
    select coalesce(string_agg(l.line, E'\n' order by l.line collate "C"), '')
    from ml.feature_set as s
    cross join lateral (
      select to_jsonb(s)::text as line
      union all
      select to_jsonb(f)::text from ml.feature_contract as f where f.set_id = s.set_id
      union all
      -- the set may describe another relation than the entrypoint
      select format('column %s %I %s', a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod))
      from pg_attribute as a
      where a.attrelid = audit.contract_relation(s.set_id) and a.attnum > 0 and not a.attisdropped
    ) as l
    where s.name = p_set
  );
end
$$;
revoke all on function audit.contract_basis(text) from public;
