-- purpose: the relation a set describes: the one it names, else the entrypoint that declares it
-- grain: one set
-- reads: ml.feature_set, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.contract_relation(p_set_id bigint) returns oid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(to_regclass(s.relation_name)::oid, (
    select e.relid
    from audit.entrypoint as e
    where e.contract_set = s.name and e.retired_at is null
    order by e.entrypoint
    limit 1))
  from ml.feature_set as s
  where s.set_id = p_set_id;
$$;
