-- purpose: build the world as known at a cut, in a shadow schema: copied facts, then layers in order of need
-- grain: one world; returns findings when it cannot be built honestly
-- reads: facts, references, the catalogue
-- writes: the shadow schemas
-- time: facts with known_at < p_cut; p_moment (an expression): layers stand as stored below a moment that moves; rows of layers with t0 before p_from stand as stored; past p_until it stops
create or replace function audit.replay_build(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_late boolean,
  p_shadow text,
  p_from timestamptz default null,
  p_moment text default null,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_next record;
  v_schemas text;
  v_from text := coalesce(p_moment, quote_literal(p_from::text) || '::timestamptz');
begin
  -- Views last: a view of a layer's name beside the entrypoint must not hide the layer from the text.
  select string_agg(quote_ident(s.schema_name), ', ' order by s.only_views, s.schema_name) into v_schemas
  from (
    select r.schema_name, bool_and(r.made = 'view') as only_views
    from audit.replay_relations(p_entrypoint.relid) as r
    group by r.schema_name
  ) as s;
  for v_next in
    select r.relid, r.bare_name, r.made, r.made_from, r.known_at, c.relid is not null as clocked
    from audit.replay_steps(p_entrypoint.relid) as r
    left join audit.replay_clocked(p_entrypoint) as c on c.relid = r.relid
    order by r.step, r.bare_name
  loop
    perform audit.replay_in_time(p_until);
    if v_next.made_from is not null then
      perform audit.replay_rebuild(v_next.relid, v_next.made, v_next.made_from, v_schemas, p_shadow,
        p_entrypoint.t0_column, case when v_next.clocked then v_from end, p_moment is not null, p_until);
    elsif to_regclass(format('%I.%I', p_shadow, v_next.bare_name)) is null then -- facts of a pair of worlds lie there already
      perform audit.replay_copy(p_entrypoint, v_next.relid, v_next.made, v_next.known_at, p_cut, p_late, p_shadow);
    end if;
  end loop;
  perform audit.replay_in_time(p_until);
  return query select f.* from audit.replay_leaks(p_shadow) as f;
end
$$;
