-- purpose: volatility gate: why a function may not be called, or null when it may
-- grain: one function as called by one node
-- reads: system catalogues, audit.allowed_function
-- writes: nothing
-- time: none
create or replace function audit.call_verdict(p_funcid oid, p_node jsonb) returns text
language sql
stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select case
    when exists (select 1 from audit.allowed_function as a where a.funcid = p_funcid) then null
    when p.pronamespace = 'audit'::regnamespace and p.proname = 'cert_guard' then null
    when p.prokind = 'a' then null -- its parts are judged one by one
    when p.oid >= 16384 and (l.lanname <> 'sql' or p.prosqlbody is null)
      then format('a function whose body the server does not store as a tree (language %s)', l.lanname)
    -- marked immutable, yet their result follows the session's settings
    when p.prosrc in ('timestamptz_age', 'float4out', 'float8out', 'byteaout', 'point_out', 'box_out', 'line_out',
        'lseg_out', 'path_out', 'poly_out', 'circle_out', 'quote_ident')
      and l.lanname = 'internal' then 'its result depends on a setting of the session'
    when p.prosrc in ('pg_partition_root', 'satisfies_hash_partition', 'pg_indexam_progress_phasename')
      and l.lanname = 'internal' then 'it looks into the catalogue'
    -- EST and its like, or a zone from a column, are resolved by settings; 47 is the slash of a full name
    when p.prosrc ~ '_zone$' and 'text'::regtype = any (p.proargtypes) and l.lanname = 'internal'
      and not coalesce((
        select jsonb_path_exists(z.arg, '$ ? (@._ == "CONST").constvalue[6 to last] ? (@ == "47")')
          or jsonb_path_exists(
            z.arg,
            '$ ? (@._ == "CONST" && @.constvalue[6] == "85" && @.constvalue[7] == "84"
              && @.constvalue[8] == "67" && @.constvalue[9] == "]")'
          )
        from (values (
          -- timezone() names its zone first; date_trunc, date_add, date_subtract and generate_series last
          case when p.prosrc in ('timestamptz_zone', 'timestamp_zone') then p_node #> '{args,0,0}'
            else p_node #> '{args,0,-1}' end
        )) as z (arg)
      ), false) then 'its zone is not a constant full name'
    -- a configuration from a column is no part of the definition, and its dictionaries change what comes out
    when exists (
      select 1
      from jsonb_path_query(p_node, '$.args[0][*] ? (@._ != "CONST")') as c (arg)
      where audit.node_type(c.arg) in ('regconfig'::regtype, 'regdictionary'::regtype)
    ) then 'its text search configuration is not a constant'
    when p.prosrc in ('enum_in', 'enum_out') and l.lanname = 'internal' then null
    when p.provolatile = 'i' then null
    when p.prosrc in (
        'timestamptz_pl_interval', 'timestamptz_mi_interval', 'in_range_timestamptz_interval'
      ) and l.lanname = 'internal'
      and exists (
        select 1
        from jsonb_array_elements(coalesce(
          p_node #> '{args,0}',
          jsonb_build_array(p_node #> '{startOffset,0}', p_node #> '{endOffset,0}')
        )) as c (arg)
        where c.arg ->> '_' = 'CONST'
      )
      and not exists (
        -- bytes 8 to 15 of an interval are its days and months: they would need a time zone
        select 1
        from jsonb_array_elements(coalesce(
          p_node #> '{args,0}',
          jsonb_build_array(p_node #> '{startOffset,0}', p_node #> '{endOffset,0}')
        )) as c (arg)
        where audit.node_type(c.arg) = 'interval'::regtype
          and (
            c.arg ->> '_' <> 'CONST'
            or jsonb_typeof(c.arg #> '{constvalue,0}') = 'null'
            or exists (
              select 1
              from generate_series(10, 17) as b (i)
              where c.arg #>> array['constvalue', b.i::text] is distinct from '0'
            )
          )
      ) then null
    else format('it is %s', case p.provolatile when 's' then 'STABLE' else 'VOLATILE' end)
  end
  from pg_proc as p
  join pg_language as l on l.oid = p.prolang
  where p.oid = p_funcid
$$;
revoke all on function audit.call_verdict(oid, jsonb) from public;
