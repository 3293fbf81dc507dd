-- purpose: record how far a change of each input reaches, and refuse a reach that its relations cannot answer
-- grain: one store
-- reads: p_store, the declaration as jsonb; the catalogue
-- writes: audit.layer_reach, audit.layer_input
-- time: none
create or replace function audit.register_reaches(p_store jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_reach record;
begin
  delete from audit.layer_reach as r where r.store = p_store ->> 'store';
  delete from audit.layer_input as i where i.store = p_store ->> 'store';
  insert into audit.layer_reach
    (store, layer, place, input, by_expressions, after_column, since_column, lead, look_back, reads, elsewhere)
  select p_store ->> 'store', l.value ->> 'layer', r.ordinality, r.value ->> 'input',
    array(select b.text from jsonb_array_elements_text(r.value -> 'by') with ordinality as b (text, n) order by b.n),
    r.value ->> 'after', r.value ->> 'since', (r.value ->> 'lead')::interval, (r.value ->> 'look_back')::interval,
    case when jsonb_typeof(r.value -> 'reads') = 'array'
      then array(select c.name from jsonb_array_elements_text(r.value -> 'reads') with ordinality as c (name, n) order by c.n) end,
    array(select c.name from jsonb_array_elements_text(r.value -> 'elsewhere') as c (name))
  from jsonb_array_elements(p_store -> 'layers') as l
  cross join lateral jsonb_array_elements(l.value -> 'reach') with ordinality as r;
  perform audit.note_inputs(p_store ->> 'store');
  -- rows come in by their own clock: on another one, a row could come that no row of the other layer announces
  select m.layer, m.rows_of into v_reach
  from audit.materialisation as m
  left join audit.materialisation as s on s.store = m.store and s.layer = m.rows_of
  where m.store = p_store ->> 'store' and m.rows_of is not null and m.t0_column is distinct from s.t0_column
  limit 1;
  if found then
    raise exception 'TS003: layer % cannot have the rows of %: they go by another clock', v_reach.layer, v_reach.rows_of
      using errcode = 'TS003', hint = 'Leave rows_of out and reach by the unit. Run: timeseal store plan';
  end if;
  select m.layer, m.rows_of into v_reach
  from audit.materialisation as m
  join audit.materialisation as s on s.store = m.store and s.layer = m.rows_of
  where m.store = p_store ->> 'store' and audit.looks_around(m, s.stored)
  order by m.ordinal
  limit 1;
  if v_reach.layer is not null then
    raise exception 'TS003: layer % has the rows of %, sees others of them, and does not say how far', v_reach.layer, v_reach.rows_of
      using errcode = 'TS003', hint = 'Declare a reach with that input. Run: timeseal store plan';
  end if;
  for v_reach in
    select m.layer, i.relid, s.stored as spine, r as reach, m as materialisation,
      case when i.kind = 'layer' and r.reads is not null then audit.unsaid_columns(m, r, i.relid, i.columns) end as unsaid
    from audit.layer_reach as r
    join audit.materialisation as m on m.store = r.store and m.layer = r.layer
    left join audit.materialisation as s on s.store = m.store and s.layer = m.rows_of
    left join audit.layer_inputs(m.store) as i on i.layer = m.layer and i.input = r.input and i.kind <> 'other'
    where r.store = p_store ->> 'store'
  loop
    if v_reach.relid is null then
      raise exception 'TS003: layer % reads no fact and no layer of its store called %', v_reach.layer, (v_reach.reach).input
        using errcode = 'TS003', hint = 'Name what its text reads. Run: timeseal store plan';
    end if;
    begin
      execute format('select %s from %s as x limit 0', concat_ws(', ', '1', nullif(array_to_string((v_reach.reach).by_expressions, ', '), ''),
        quote_ident((v_reach.reach).after_column), quote_ident((v_reach.reach).since_column),
        (select string_agg(quote_ident(c.name), ', ') from unnest((v_reach.reach).reads) as c (name))),
        audit.relation_name(v_reach.relid));
      if v_reach.spine is not null and not (v_reach.materialisation).unit_column = any ((v_reach.reach).by_expressions) then
        execute format('select %s from %s as x limit 0', concat_ws(', ', '1', nullif(array_to_string((v_reach.reach).by_expressions, ', '), ''),
          quote_ident((v_reach.materialisation).unit_column)), audit.relation_name(v_reach.spine));
      end if;
    exception when undefined_column or syntax_error then
      raise exception 'TS003: the reach of % over % cannot be followed: %', v_reach.layer, (v_reach.reach).input, sqlerrm
        using errcode = 'TS003', hint = 'Its columns are those of the input and of the layer whose rows it has. Run: timeseal store plan';
    end;
    if v_reach.unsaid is not null then
      raise exception 'TS003: the reach of % over % does not say what becomes of %', v_reach.layer, (v_reach.reach).input, v_reach.unsaid
        using errcode = 'TS003', hint = 'Name in reads every column that another row is asked for, in elsewhere those read of the row itself '
          'or through another reach of this input; or leave reads out. Run: timeseal store plan';
    end if;
  end loop;
end
$$;
