-- purpose: true when a reference relation is copied whole: it has no knowledge time, or a waiver pins it on record
-- grain: one relation
-- reads: audit.waiver_in_force
-- writes: nothing
-- time: waivers expire by the wall clock
create or replace function audit.replay_is_whole(p_entrypoint text, p_relid oid, p_made text, p_known_at text)
returns boolean
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select p_made = 'reference' and (p_known_at is null or exists (
    select 1
    from audit.waiver_in_force as w
    where w.entrypoint = p_entrypoint and w.gate = 'replay' and w.subject = audit.relation_name(p_relid)
  ));
$$;
