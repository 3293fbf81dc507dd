-- purpose: the rows of a promoted set never change, whatever the statement
-- grain: one row of ml.feature_contract; for truncate, the statement
-- reads: ml.feature_set
-- writes: nothing
-- time: none
create or replace function audit.keep_promoted_rows() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
begin
  if tg_op = 'TRUNCATE' then
    select min(s.name) into v_name from ml.feature_set as s where s.state = 'promoted';
  else
    select min(s.name) into v_name
    from ml.feature_set as s
    where s.state = 'promoted'
      and (tg_op <> 'INSERT' and s.set_id = old.set_id or tg_op <> 'DELETE' and s.set_id = new.set_id);
  end if;
  if v_name is not null then
    raise exception 'TS004: feature set % is promoted and never changes', v_name
      using errcode = 'TS004', detail = 'expected: a new set; found: ' || tg_op,
        hint = 'Run: timeseal contract new';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
