-- purpose: note what a writer did to an adopted table; whatever can be judged later is judged later, so the write succeeds
-- grain: one changed row, or one TRUNCATE
-- reads: nothing
-- writes: raw.adopted_change
-- time: stamped by the clock inside the writer's transaction
create or replace function raw.adopted_write() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set extra_float_digits = 3
as $$
declare
  v_unmapped text[] := tg_argv[1];
  v_old jsonb;
  v_new jsonb;
  v_fault text;
begin
  if tg_level = 'ROW' then
    begin
      if raw.brings_code(tg_relid) then
        raise exception 'a column has a type whose casts are not of the server';
      end if;
      if tg_op in ('UPDATE', 'DELETE') then
        v_old := to_jsonb(old) - v_unmapped;
      end if;
      if tg_op in ('INSERT', 'UPDATE') then
        v_new := to_jsonb(new) - v_unmapped;
      end if;
    exception when others then -- the next comparison reads the mapped columns alone, and their text
      v_fault := sqlstate || ' ' || sqlerrm;
    end;
    if v_fault is null and v_old = v_new then
      return null;
    end if;
  end if;
  insert into raw.adopted_change (relid, operation, old_row, new_row, fault, seen_at)
  values (tg_argv[0]::oid, tg_op, v_old, v_new, v_fault, clock_timestamp());
  return null;
end
$$;
