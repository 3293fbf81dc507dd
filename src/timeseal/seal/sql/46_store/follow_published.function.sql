-- purpose: bring the tables of a store up to date when somebody has refreshed its published views since they were
-- grain: one store; true when that was so
-- reads: audit.layer_state, the row versions of the published views
-- writes: what audit.refresh_store writes
-- time: as audit.refresh_store: REFRESH by the published names is how existing scripts ask for new facts
create or replace function audit.follow_published(p_store text) returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select
    from audit.materialisation as m
    left join audit.layer_state as s on s.store = m.store and s.layer = m.layer
    where m.store = p_store and m.published is not null
      and s.published_version is distinct from audit.published_version(m.published)
  ) then
    return false;
  end if;
  perform r.layer from audit.refresh_store(p_store) as r;
  return true;
end
$$;
