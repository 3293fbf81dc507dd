-- purpose: name the fact relation that a leak reads and how long after t0 its facts are still read
-- grain: one row per convicted column and relation; none for what no single relation causes
-- reads: what audit.replay_pair reads
-- writes: audit.replay_log
-- time: one relation at a time; entity: one distance from t0 at a time, farthest first; gives up after p_patience
create or replace function audit.replay_source(
  p_entrypoint audit.entrypoint,
  p_mode text,
  p_sample integer,
  p_seed text,
  p_round integer,
  p_slot timestamptz,
  p_patience interval default interval '30 seconds'
) returns table (object text, source text, distance text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_until timestamptz := clock_timestamp() + p_patience;
  v_fact record;
  v_far record;
  v_open text[];
  v_found text[];
begin
  for v_fact in
    select r.relid, audit.relation_name(r.relid) as name
    from audit.replay_relations(p_entrypoint.relid) as r
    where r.made = 'fact'
    order by r.relid
  loop
    exit when clock_timestamp() > v_until;
    v_open := array(select f.object from audit.replay_pair(p_entrypoint, p_mode, p_sample, p_seed, p_round, p_slot, v_fact.relid) as f
      where f.level = 'blocking');
    for v_far in
      select o.distance, o.label
      from (values (interval '720 h', '+720 h'), (interval '24 h', '+24 h'), (interval '1 h', '+1 h'),
        (interval '1 us', '+1 us'), (interval '0', '+0 s')) as o (distance, label)
      where p_mode = 'entity'
      order by o.distance desc
    loop
      exit when cardinality(v_open) = 0 or clock_timestamp() > v_until;
      v_found := array(select f.object from audit.replay_pair(
        p_entrypoint, p_mode, p_sample, p_seed, p_round, p_slot, v_fact.relid, v_far.distance) as f where f.level = 'blocking');
      return query
      select o.name, v_fact.name, 'known up to ' || v_far.label || ' after t0'
      from unnest(v_open) as o (name)
      where o.name = any (v_found);
      v_open := array(select o.name from unnest(v_open) as o (name) where o.name <> all (v_found));
    end loop;
    return query
    select o.name, v_fact.name, case when p_mode = 'late' then 'happened before t0, known at or after it' else 'known at or after t0' end
    from unnest(v_open) as o (name);
  end loop;
end
$$;
