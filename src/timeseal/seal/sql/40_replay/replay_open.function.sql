-- purpose: lay one source relation into the shadow schema as what is known of it at a moment that moves
-- grain: one relation
-- reads: the catalogue
-- writes: the shadow schema
-- time: known_at < p_moment (an expression), and at the moment itself what defines the one row under test
create or replace function audit.replay_open(
  p_entrypoint audit.entrypoint,
  p_relid oid,
  p_made text,
  p_known_at text,
  p_moment text,
  p_shadow text
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_where text := 'true';
begin
  if not audit.replay_is_whole(p_entrypoint.entrypoint, p_relid, p_made, p_known_at) then
    v_where := format('x.%I < %s', p_known_at, p_moment)
      || coalesce(audit.replay_kept(p_entrypoint, p_relid, p_made, p_moment, p_shadow), '');
  end if;
  execute format('create view %I.%I as select %s from %s as x where %s', p_shadow,
    (select c.relname from pg_catalog.pg_class as c where c.oid = p_relid), audit.column_list(p_relid, 'x.'),
    audit.relation_name(p_relid), v_where);
end
$$;
