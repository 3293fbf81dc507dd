-- purpose: whether a layer sees other rows of the layer whose rows it has, and no reach says how far
-- grain: one layer
-- reads: audit.layer_reach, pg_catalog.pg_rewrite
-- writes: nothing
-- time: it sees others where its text reads that layer twice or not directly, or has windows that no reach speaks of
create or replace function audit.looks_around(p_layer audit.materialisation, p_rows_of oid) returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with said as (
    select r.input, p_layer.unit_column = any (r.by_expressions) as is_own
    from audit.layer_reach as r
    where r.store = p_layer.store and r.layer = p_layer.layer
  )
  select not exists (select from said as s where s.input = p_layer.rows_of) and (
    count(*) <> 1
    or bool_or(v.ev_action::text ~ ':hasWindowFuncs true') and not exists (select from said as s where not s.is_own))
  from pg_catalog.pg_rewrite as v
  cross join lateral regexp_matches(v.ev_action::text, ':rtekind 0 :relid ' || p_rows_of || '\M', 'g')
  where v.ev_class = p_layer.source;
$$;
