-- purpose: stamp a set with its digests; stamping an unchanged set changes nothing, a promoted one is refused
-- grain: one set; returns features_hash
-- reads: ml.feature_contract
-- writes: ml.feature_set
-- time: stamped_at is a wall-clock record
create or replace function ml.stamp_feature_contract(p_set text) returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_set ml.feature_set;
  v_hash text;
begin
  select s.* into v_set from ml.feature_set as s where s.name = p_set;
  v_hash := audit.features_hash(v_set.set_id);
  if v_set.set_id is null or v_hash is null then
    raise exception 'TS004: feature set % cannot be stamped', coalesce(p_set, 'NULL')
      using errcode = 'TS004', detail = 'expected: a known set with at least one feature; found: '
        || case when v_set.set_id is null then 'no such set' else 'an empty set' end,
        hint = 'Insert its rows into ml.feature_contract.';
  end if;
  if v_set.features_hash = v_hash and v_set.contract_sha256 = audit.contract_sha256(v_set.set_id) then
    return v_hash;
  end if;
  update ml.feature_set as s
  set features_hash = null, contract_sha256 = null, n_features = null, state = 'draft', stamped_at = null
  where s.set_id = v_set.set_id;
  update ml.feature_set as s
  set features_hash = v_hash,
    n_features = (select count(*) from ml.feature_contract as c where c.set_id = v_set.set_id)
  where s.set_id = v_set.set_id;
  return v_hash;
end
$$;
