-- purpose: what a waiver of one row was given for: the definition of the rule, and the rows of the entrypoint that the row names
-- grain: one waiver; null when there is no such rule, so that it counts for nothing
-- reads: audit.entrypoint, audit.store_invariant, the entrypoint, the catalogue
-- writes: nothing
-- time: none
create or replace function audit.waiver_basis(p_entrypoint text, p_gate text, p_subject text) returns text
language plpgsql
stable strict
security definer
set search_path = pg_catalog, pg_temp
set "TimeZone" = 'UTC'
set "DateStyle" = 'ISO, YMD'
set "IntervalStyle" = 'iso_8601'
set extra_float_digits = 3
set bytea_output = 'hex'
set row_security = off
as $$
declare
  v_ep audit.entrypoint;
  v_rule oid;
  v_row jsonb;
  v_named text;
  v_rows text := '';
begin
  select e.* into v_ep from audit.entrypoint as e where e.entrypoint = p_entrypoint;
  v_rule := case p_gate
    when 'universe' then to_regclass(v_ep.universe)
    when 'invariants' then (
      select i.relid
      from audit.store_invariant as i
      join pg_class as c on c.oid = i.relid
      where i.entrypoint = p_entrypoint and i.name = substring(p_subject from '^([^{]+) \{')
    )
  end;
  if v_rule is null then
    return null;
  end if;
  begin
    v_row := substring(p_subject from '\{.*$')::jsonb;
  exception when invalid_text_representation then
    return null;
  end;
  -- a row without any column of the key has no values but its own
  select string_agg(format('to_jsonb(e.%I) #>> ''{}'' is not distinct from %L', k.name, v_row ->> k.name), ' and ')
  into v_named
  from unnest(v_ep.key_columns) as k (name)
  where v_row ? k.name;
  if v_named is not null then
    execute format(
      'select string_agg(r.one, E''\n'' order by r.one) from ('
      'select to_jsonb(e)::text collate "C" as one from %s as e where %s) as r',
      audit.object_fqn('pg_class'::regclass, v_ep.relid), v_named
    ) into v_rows;
  end if;
  return encode(
    sha256(convert_to(jsonb_build_array(audit.definition_sha256(v_rule), v_rows)::text, 'UTF8')), 'hex'
  );
end
$$;
revoke all on function audit.waiver_basis(text, text, text) from public;
