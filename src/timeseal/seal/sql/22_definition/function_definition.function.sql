-- purpose: the definition of a function or aggregate as text: body, settings, volatility, rights
-- grain: one function
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.function_definition(p_function oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select concat_ws(
      E'\n',
      case
        when p.prokind <> 'a' then pg_get_functiondef(p.oid)
        else (
          select format(
            'aggregate %s(%s) kind %s direct %s trans %s final %s/%s/%s combine %s serial %s deserial %s '
            || 'moving %s/%s/%s sort %s type %s/%s initial %L/%L',
            p.oid::regprocedure, pg_get_function_arguments(p.oid), a.aggkind, a.aggnumdirectargs,
            a.aggtransfn, a.aggfinalfn, a.aggfinalextra, a.aggfinalmodify, a.aggcombinefn,
            a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn,
            a.aggsortop::regoperator, a.aggtranstype::regtype, a.aggmtranstype::regtype,
            a.agginitval, a.aggminitval
          )
          from pg_aggregate as a
          where a.aggfnoid = p.oid
        )
      end,
      format(
        'language %s volatility %s strict %s leakproof %s parallel %s definer %s config %s library %s',
        l.lanname, p.provolatile, p.proisstrict, p.proleakproof, p.proparallel, p.prosecdef,
        p.proconfig::text, p.probin
      ),
      audit.acl_text(p.proacl, 'f', p.proowner)
    )
    from pg_proc as p
    join pg_language as l on l.oid = p.prolang
    where p.oid = p_function
  );
end
$$;
revoke all on function audit.function_definition(oid) from public;
