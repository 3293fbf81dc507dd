-- purpose: whether a gate had anything to judge; an empty result of one that had not is 'not applicable', never 'passed'
-- grain: one gate of one entrypoint
-- reads: audit.entrypoint, audit.store_invariant
-- writes: nothing
-- time: none
create or replace function audit.gate_applies(p_gate text, p_entrypoint text) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case g.needs
    when 'nothing' then true
    when 'contract' then e.contract_set is not null
    when 'universe' then e.universe is not null
    when 'store' then e.store is not null
    when 'replay' then e.replay <> 'none'
    when 'invariants' then exists (select 1 from audit.store_invariant as i where i.entrypoint = e.entrypoint)
  end
  from audit.entrypoint as e
  join audit.gate_list() as g on g.gate = p_gate
  where e.entrypoint = p_entrypoint;
$$;
