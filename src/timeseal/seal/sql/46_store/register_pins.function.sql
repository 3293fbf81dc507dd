-- purpose: put on record what the declaration of a store pins, once its rules are there: each pin is a waiver, recorded once
-- grain: one store
-- reads: p_store, the declaration as jsonb, audit.waiver
-- writes: audit.waiver
-- time: a waiver ends a year after it was recorded; then certification fails until somebody renews it
create or replace function audit.register_pins(p_store jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.waiver (entrypoint, gate, subject, reason, expires_at)
  select p.value ->> 'entrypoint', p.value ->> 'gate', p.value ->> 'subject', p.value ->> 'reason',
    clock_timestamp() + interval '8760 hours'
  from jsonb_array_elements(p_store -> 'pins') with ordinality as p (value, n)
  -- one that expired, was taken back or outlived its rule is a person's to renew
  where not exists (
    select 1 from audit.waiver as w
    where w.entrypoint = p.value ->> 'entrypoint' and w.gate = p.value ->> 'gate' and w.subject = p.value ->> 'subject'
  )
  order by p.n;
end
$$;
