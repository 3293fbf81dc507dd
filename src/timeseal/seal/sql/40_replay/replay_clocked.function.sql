-- purpose: the stored layers whose rows are decided at the entrypoint's own t0: below a moment they may stand as stored
-- grain: one row per layer
-- reads: what audit.replay_relations reads, audit.materialisation
-- writes: nothing
-- time: a stored row below a moment counts only because every such layer is compared from that moment on
create or replace function audit.replay_clocked(p_entrypoint audit.entrypoint)
returns table (relid oid, bare_name text, layer text, key_columns text[], ordinal integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select r.relid, r.bare_name, m.layer, m.key_columns, m.ordinal
  from audit.replay_relations(p_entrypoint.relid) as r
  join audit.materialisation as m on m.stored = r.relid
  where m.kind = 'feature' and m.store = p_entrypoint.store and m.t0_column = p_entrypoint.t0_column
    and p_entrypoint.key_columns <@ m.key_columns;
$$;
