-- purpose: the surface whose certificate also opens the labels of a clock: survival, where the market has it
-- grain: one clock
-- reads: audit.entrypoint
-- writes: nothing
-- time: none
create or replace function ml.label_surface(p_landmark boolean) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case
    when p_landmark then 'ml.socio_market_feature_store_landmark_v1_v'
    when exists (select from audit.entrypoint as e where e.entrypoint = 'ml.survival_feature_store_t0_v1_v')
      then 'ml.survival_feature_store_t0_v1_v'
    else 'ml.socio_market_feature_store_t0_v1_v'
  end;
$$;
revoke all on function ml.label_surface(boolean) from public;
