-- purpose: a promoted set never changes; a set whose published digest is set is stamped with the sound one too
-- grain: one row of ml.feature_set
-- reads: ml.feature_contract
-- writes: the row
-- time: stamped_at, promoted_at are wall-clock records
create or replace function audit.keep_promoted_set() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' and old.state = 'promoted' and (tg_op = 'DELETE' or
    row(new.set_id, new.name, new.features_hash, new.n_features, new.contract_sha256, new.state, new.relation_name)
      is distinct from
    row(old.set_id, old.name, old.features_hash, old.n_features, old.contract_sha256, old.state, old.relation_name)) then
    raise exception 'TS004: feature set % is promoted and never changes', old.name
      using errcode = 'TS004', detail = 'expected: a new set; found: ' || tg_op,
        hint = 'Run: timeseal contract new';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'INSERT' and new.state <> 'draft' then
    raise exception 'TS004: feature set % starts as a draft', new.name
      using errcode = 'TS004', detail = 'expected: draft; found: ' || new.state,
        hint = 'Run: select ml.stamp_feature_contract(name)';
  end if;
  if tg_op = 'UPDATE' and new.features_hash is not null and new.features_hash is distinct from old.features_hash then
    if new.features_hash is distinct from audit.features_hash(new.set_id) then
      raise exception 'TS004: the digest given for feature set % is not that of its rows', new.name
        using errcode = 'TS004',
          detail = 'expected: ' || coalesce(audit.features_hash(new.set_id), '(empty set)') || '; found: ' || new.features_hash,
          hint = 'Run: select ml.stamp_feature_contract(name)';
    end if;
    new.contract_sha256 := audit.contract_sha256(new.set_id);
    new.state := 'stamped';
    new.stamped_at := clock_timestamp();
  end if;
  return new;
end
$$;
