-- purpose: copy the facts of the drawn entities into both shadow worlds; facts that belong to no entity are copied whole
-- grain: one fact relation; returns the number of facts poisoned (mode entity) or held back (mode late; none: neither)
-- reads: the relation, the shadow relation timeseal_entity
-- writes: the shadow schemas
-- time: late mode: what is held back becomes known at the cut, one after the other, or (clean world) never
create or replace function audit.replay_copy_universe(
  p_entrypoint audit.entrypoint,
  p_relid oid,
  p_mode text,
  p_cut timestamptz,
  p_found text,
  p_clean text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_fact audit.fact_relation;
  v_name text;
  v_same text;
  v_from text;
  v_held bigint := 0;
begin
  select f.* into v_fact from audit.fact_relation as f where f.relid = p_relid;
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  select string_agg(format('u.%1$I = x.%1$I', k.name), ' and ') into v_same
  from unnest(v_entity) as k (name)
  where v_entity <@ v_fact.key_columns;
  v_from := format('from %s as x ', audit.relation_name(p_relid)) || coalesce(format('join %I.timeseal_entity as u on %s ',
    p_found, v_same), '');
  if p_mode <> 'late' then
    execute format('create unlogged table %I.%I as select %s ', p_found, v_name, audit.column_list(p_relid, 'x.')) || v_from
      || case when v_same is null then '' else 'where u.timeseal_part <> ''spare''' end;
    execute format('create unlogged table %I.%I as select %s from %I.%2$I as x', p_clean, v_name,
      audit.column_list(p_relid, 'x.'), p_found);
    if p_mode = 'entity' then
      v_held := audit.replay_poison(p_entrypoint, p_relid, p_found, p_clean);
    end if;
  else
    -- of four entities one is held back whole, two keep only their observation; facts of no entity are drawn one by one
    execute format('create unlogged table %1$I.timeseal_held as select x.*, case when x.timeseal_held then %2$L::timestamptz '
      '+ (row_number() over (partition by x.timeseal_held order by x.%3$I, x::text) - 1) * interval ''1 us'' else x.%3$I end '
      'as timeseal_known from (select x.*, x.%3$I < %2$L::timestamptz and %4$s as timeseal_held %5$s) as x',
      p_found, p_cut::text, v_fact.known_at_column, case when v_same is null then
        'get_byte(sha256(convert_to(x::text, ''UTF8'')), 0) % 2 = 0' when v_fact.defining then 'u.timeseal_n % 4 = 0'
        else 'u.timeseal_n % 4 < 3' end, v_from);
    execute format('create unlogged table %1$I.%2$I as select %3$s from %1$I.timeseal_held as x',
      p_found, v_name, audit.replay_retimed_list(p_relid, 'x.timeseal_known'));
    execute format('create unlogged table %1$I.%2$I as select %3$s from %4$I.timeseal_held as x where not x.timeseal_held',
      p_clean, v_name, audit.column_list(p_relid, 'x.'), p_found);
    execute format('select count(*) from %I.timeseal_held as x where x.timeseal_held', p_found) into v_held;
    execute format('drop table %I.timeseal_held', p_found);
  end if;
  perform audit.replay_index(p_relid, p_found, v_name);
  perform audit.replay_index(p_relid, p_clean, v_name);
  return v_held;
end
$$;
