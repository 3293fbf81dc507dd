-- purpose: the habit's guard: true when a fresh verdict exists, else an error
-- grain: one relation
-- reads: usual_practice.cert_registry
-- writes: nothing
-- time: the verdict's age by the wall clock; volatile, so every call sees the newest verdict
create or replace function usual_practice.cert_guard(p_relation text, p_max_age interval) returns boolean
language plpgsql
volatile
as $$
begin
  return usual_practice.require_certified(p_relation::regclass, p_max_age);
end
$$;
