-- purpose: order gate: whether a call may answer differently for values that are equal, such as 1.0 and 1.00, or −0 and 0
-- grain: one call or cast by text; which of its arguments are loose is for the caller to ask
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.tells_apart(p_node jsonb) returns boolean
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select p_node ->> '_' = 'COERCEVIAIO' or coalesce((
    select not exists (select 1 from audit.allowed_function as a where a.funcid = p.oid) and (
      p.pronamespace <> 'pg_catalog'::regnamespace
      or p.proname in ('scale', 'octet_length', 'bit_length', 'pg_column_size', 'atan2', 'atan2d')
      or p.prosrc ~ 'image'
      -- what comes out as a number, an instant or a truth does not depend on how the argument is written
      or p.prorettype not in (
          'bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype, 'float8'::regtype,
          'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype
        )
        -- numeric: sums and products are exact; quotients and roots take their digits from the scale
        and not (p.prorettype = 'numeric'::regtype and (
          p.prosrc ~ '^numeric_(add|sub|mul|uminus|uplus|abs|sign|mod|div_trunc|smaller|larger|round|trunc|ceil|floor|trim_scale)$'
          or p.prosrc ~ '^float[48]_numeric$' or p.prosrc = 'numeric' or p.proname in ('sum', 'min', 'max')
        ))
        and not (p.prorettype = 'jsonb'::regtype and p.prosrc ~ '^jsonb')
        -- what hands its argument through is followed, not judged
        and not p.prosrc in ('rtrim1', 'bpchar')
        and not (p.prorettype = any (array['anyelement', 'anycompatible', 'anyarray', 'anycompatiblearray', 'anyrange']::regtype[]::oid[])
          or p.proname = 'array_agg')
    )
    from pg_proc as p
    where p.oid = coalesce(
      p_node #>> '{funcid,0}', nullif(p_node #>> '{opfuncid,0}', '0'),
      (select o.oprcode::oid::text from pg_operator as o where o.oid = (p_node #>> '{opno,0}')::oid),
      p_node #>> '{aggfnoid,0}', p_node #>> '{winfnoid,0}'
    )::oid
  ), true)
$$;
revoke all on function audit.tells_apart(jsonb) from public;
