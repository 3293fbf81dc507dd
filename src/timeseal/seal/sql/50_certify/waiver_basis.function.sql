-- purpose: what a waiver of one row is given for: the rule as it is written, and the rows of the entrypoint that the row names
-- grain: one waiver; null where there is no such rule, or what the row names cannot be read: then it counts for nothing
-- reads: audit.entrypoint, audit.store_invariant, the catalogue; the entrypoint when audit.vetted holds
-- writes: nothing
-- time: none
create or replace function audit.waiver_basis(
  p_entrypoint text,
  p_gate text,
  p_subject text,
  out rule_sha256 text,
  out rows_sha256 text
)
language plpgsql
volatile strict
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
  v_fqn text;
  v_named text;
  v_rows text := '';
begin
  select e.* into v_ep from audit.entrypoint as e where e.entrypoint = p_entrypoint;
  v_rule := case p_gate
    when 'universe' then to_regclass(v_ep.universe)
    when 'invariants' then (
      select i.relid
      from audit.store_invariant as i
      where i.entrypoint = p_entrypoint and i.name = substring(p_subject from '^([^{]+) \{')
    )
  end;
  -- stored rows are what a rule judges, no part of it
  select encode(sha256(convert_to(string_agg(r.text, E'\n' order by r.text collate "C"), 'UTF8')), 'hex')
  into rule_sha256
  from (
    select w.kind || ' ' || audit.object_fqn(w.classid, w.objid) || E'\n'
      || case when w.kind in ('table', 'matview', 'sequence', 'guard') then ''
        else coalesce(audit.object_definition(w.classid, w.objid), '') end as text
    from audit.closure_walk(v_rule, 'read') as w
  ) as r;
  if rule_sha256 is null then
    return;
  end if;
  begin
    select jsonb_object_agg(k.name, v.row -> k.name), string_agg(
      case when v.row ->> k.name is null then format('e.%I is null', k.name) else format('e.%1$I = p.%1$I', k.name) end,
      ' and ')
    into v_row, v_named
    from (select substring(p_subject from '\{.*$')::jsonb as row) as v
    cross join unnest(v_ep.key_columns) as k (name)
    where v.row ? k.name;
    -- a row without any column of the key has no values but its own, which its waiver spells out
    if v_named is not null then
      if not audit.vetted(p_entrypoint) then
        return;
      end if;
      v_fqn := audit.object_fqn('pg_class'::regclass, v_ep.relid);
      execute format(
        'select string_agg(r.one, E''\n'' order by r.one) from ('
        'select to_jsonb(e)::text collate "C" as one from %1$s as e, jsonb_populate_record(null::%1$s, $1) as p where %2$s) as r',
        v_fqn, v_named
      ) into v_rows using v_row;
    end if;
  exception when others then
    -- whatever cannot be read was not looked at by whoever waives it
    return;
  end;
  rows_sha256 := encode(sha256(convert_to(coalesce(v_rows, ''), 'UTF8')), 'hex');
end
$$;
revoke all on function audit.waiver_basis(text, text, text) from public;
