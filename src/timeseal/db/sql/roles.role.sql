-- purpose: the four roles of an installation; runs as the installing user, before anything else
-- grain: one role each: owner of all objects, worker, certifier, training reader
-- reads: pg_catalog.pg_roles
-- writes: roles timeseal_owner, timeseal_worker, timeseal_certifier, ml_training
-- time: none
do $$
declare
  v_role text;
begin
  foreach v_role in array array['timeseal_owner', 'timeseal_worker', 'timeseal_certifier', 'ml_training'] loop
    -- Roles belong to the cluster: another database may have created them, perhaps this moment.
    if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
      begin
        execute pg_catalog.format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
  end loop;
end
$$;
