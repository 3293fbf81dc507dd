-- purpose: how a set differs from its stamps and from the live relation: digests, columns, types, declared nullability
-- grain: one finding per difference
-- reads: ml.feature_set, ml.feature_contract, pg_catalog.pg_attribute
-- writes: nothing
-- time: none
create or replace function audit.contract_findings(p_set text) returns setof audit.finding
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with chosen as materialized (
    select s.set_id, s.name, s.features_hash, s.n_features, s.contract_sha256, s.state,
      audit.features_hash(s.set_id) as live_hash, audit.contract_sha256(s.set_id) as live_sha256,
      (select count(*) from ml.feature_contract as c where c.set_id = s.set_id) as live_n,
      audit.contract_relation(s.set_id) as relid
    from ml.feature_set as s
    where s.name = p_set
  ),
  difference (object, subject, expected, found, hint) as (
    select coalesce(p_set, 'NULL'), 'set', 'a known feature set', 'none of that name', 'select name from ml.feature_set'
    where not exists (select 1 from chosen)
    union all
    select c.name, 'state', 'stamped or promoted', c.state, 'select ml.stamp_feature_contract(name)'
    from chosen as c where c.state = 'draft'
    union all
    select c.name, 'features', 'at least one feature', 'an empty set', 'insert its rows into ml.feature_contract'
    from chosen as c where c.live_n = 0
    union all
    select c.name, 'features_hash', coalesce(c.features_hash, 'NULL'), coalesce(c.live_hash, 'NULL'),
      'restore the rows, or describe the change in a new set'
    from chosen as c where c.features_hash is null or c.features_hash is distinct from c.live_hash
    union all
    select c.name, 'contract_sha256', coalesce(c.contract_sha256, 'NULL'), coalesce(c.live_sha256, 'NULL'),
      'restore the rows, or describe the change in a new set'
    from chosen as c where c.contract_sha256 is null or c.contract_sha256 is distinct from c.live_sha256
    union all
    select c.name, 'n_features', coalesce(c.n_features::text, 'NULL'), c.live_n::text,
      'restore the rows, or describe the change in a new set'
    from chosen as c where c.n_features is distinct from c.live_n
    union all
    select c.name, 'relation', 'a relation that the set describes', 'none',
      'set ml.feature_set.relation_name, or name the set as contract in store.toml'
    from chosen as c where c.relid is null
    union all
    select c.name, f.feature_name, 'a column of ' || audit.relation_name(c.relid) || ' of type ' || f.dtype,
      coalesce(format_type(a.atttypid, a.atttypmod), 'no such column'), 'mend the view, or describe the change in a new set'
    from chosen as c
    join ml.feature_contract as f on f.set_id = c.set_id
    left join pg_catalog.pg_attribute as a
      on a.attrelid = c.relid and a.attname = f.feature_name and a.attnum > 0 and not a.attisdropped
    where c.relid is not null
      and (a.attname is null or not audit.type_matches(f.dtype, a.atttypid, a.atttypmod))
    union all
    select c.name, f.feature_name, 'is_nullable declared', 'NULL', 'update ml.feature_contract set is_nullable = …'
    from chosen as c
    join ml.feature_contract as f on f.set_id = c.set_id
    where f.is_nullable is null
  )
  select 'contract', 'blocking', d.object, d.subject, d.expected, d.found, d.hint
  from difference as d;
$$;
