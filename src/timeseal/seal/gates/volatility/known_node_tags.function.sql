-- purpose: volatility gate: node kinds of a stored tree that are understood; all others are findings
-- grain: one array; kinds that call functions are listed because the gate looks behind them
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.known_node_tags() returns text[]
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select array[
    'AGGREF', 'ALIAS', 'ARRAYCOERCEEXPR', 'ARRAYEXPR', 'BOOLEANTEST', 'BOOLEXPR', 'CASEEXPR',
    'CASETESTEXPR', 'CASEWHEN', 'COALESCEEXPR', 'COERCETODOMAIN', 'COERCETODOMAINVALUE', 'COERCEVIAIO',
    'COLLATEEXPR', 'COMMONTABLEEXPR', 'CONST', 'CONVERTROWTYPEEXPR', 'CTECYCLECLAUSE',
    'CTESEARCHCLAUSE', 'DISTINCTEXPR', 'FIELDSELECT', 'FROMEXPR', 'FUNCEXPR', 'GROUPINGFUNC',
    'GROUPINGSET', 'JOINEXPR', 'MINMAXEXPR', 'NAMEDARGEXPR', 'NULLIFEXPR', 'NULLTEST', 'OPEXPR',
    'PARAM', 'QUERY', 'RANGETBLENTRY', 'RANGETBLFUNCTION', 'RANGETBLREF', 'RELABELTYPE',
    'ROWCOMPAREEXPR', 'ROWEXPR', 'RTEPERMISSIONINFO', 'SCALARARRAYOPEXPR', 'SETOPERATIONSTMT',
    'SORTGROUPCLAUSE', 'SUBLINK', 'SUBSCRIPTINGREF', 'TARGETENTRY', 'VAR', 'WINDOWCLAUSE', 'WINDOWFUNC'
  ]
$$;
revoke all on function audit.known_node_tags() from public;
