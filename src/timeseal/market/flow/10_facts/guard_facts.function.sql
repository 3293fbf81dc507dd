-- purpose: put admission and append-only triggers on a fact or reference table and each of its leaves, active under every replication role
-- grain: one relation tree
-- reads: pg_catalog.pg_partition_tree
-- writes: triggers append_only, admit_facts
-- time: none
create or replace function raw.guard_facts(
  p_relation regclass,
  p_known_at text,
  p_admission regproc default 'raw.admit_facts'
) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_relation regclass;
  v_guarded integer := 0;
begin
  for v_relation in
    select p_relation
    union
    select t.relid from pg_catalog.pg_partition_tree(p_relation) as t
    order by 1
  loop
    execute format('create or replace trigger append_only before update or delete or truncate on %s '
      'for each statement execute function raw.refuse_change()', v_relation);
    execute format('alter table %s enable always trigger append_only', v_relation);
    if p_known_at is not null then
      execute format('create or replace trigger admit_facts after insert on %s referencing new table as new_facts '
        'for each statement execute function %s(%L)', v_relation, p_admission, p_known_at);
      execute format('alter table %s enable always trigger admit_facts', v_relation);
    end if;
    v_guarded := v_guarded + 1;
  end loop;
  return v_guarded;
end
$$;
