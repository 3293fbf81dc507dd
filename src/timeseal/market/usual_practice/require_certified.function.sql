-- purpose: the habit's door: a fresh verdict is all it asks for
-- grain: one relation
-- reads: usual_practice.cert_registry
-- writes: nothing
-- time: the verdict's age by the wall clock
create or replace function usual_practice.require_certified(p_relation regclass, p_max_age interval) returns boolean
language plpgsql
stable
as $$
begin
  if not exists (
    select 1
    from usual_practice.cert_registry as r
    where r.entrypoint = p_relation::text and r.status = 'CERTIFIED' and r.certified_at >= clock_timestamp() - p_max_age
  ) then
    raise exception '% is not certified', p_relation;
  end if;
  return true;
end
$$;
