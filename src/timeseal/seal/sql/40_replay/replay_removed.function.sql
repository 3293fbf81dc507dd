-- purpose: how many facts a world that ends at a cut does without
-- grain: one entrypoint and cut
-- reads: the fact relations below the entrypoint
-- writes: nothing
-- time: facts with known_at >= p_cut
create or replace function audit.replay_removed(p_entrypoint audit.entrypoint, p_cut timestamptz) returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fact record;
  v_rows bigint;
  v_removed bigint := 0;
begin
  for v_fact in
    select audit.relation_name(r.relid) as name, r.known_at
    from audit.replay_relations(p_entrypoint.relid) as r
    where r.made = 'fact'
    order by r.relid
  loop
    execute format('select count(*) from %s as x where x.%I >= $1', v_fact.name, v_fact.known_at) into v_rows using p_cut;
    v_removed := v_removed + v_rows;
  end loop;
  return v_removed;
end
$$;
