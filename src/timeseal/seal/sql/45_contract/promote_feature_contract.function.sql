-- purpose: promote a stamped set that asserts; from then on it is immutable
-- grain: one set
-- reads: what ml.assert_feature_contract reads
-- writes: ml.feature_set
-- time: promoted_at is a wall-clock record
create or replace function ml.promote_feature_contract(p_set text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform ml.assert_feature_contract(p_set);
  update ml.feature_set as s
  set state = 'promoted', promoted_at = clock_timestamp()
  where s.name = p_set and s.state = 'stamped';
end
$$;
