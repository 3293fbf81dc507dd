-- purpose: whether a refresh has to compare every row: no reach is believed for longer than a certificate does without a full hash
-- grain: one store
-- reads: audit.refresh_state, audit.entrypoint
-- writes: nothing
-- time: full_hash_every after the last comparison; also when the clock went back; a store that was never filled is filled whole
create or replace function audit.is_comparison_due(p_store text) returns boolean
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select
    from audit.refresh_state as s
    where s.store = p_store and (s.compared_at > clock_timestamp()
      or clock_timestamp() - s.compared_at >= (
        select coalesce(min(e.full_hash_every), interval '24 hours')
        from audit.entrypoint as e
        where e.store = p_store and e.retired_at is null))
  );
$$;
