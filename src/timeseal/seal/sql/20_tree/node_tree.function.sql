-- purpose: turn the text of a stored parse tree (pg_node_tree) into jsonb that SQL can query
-- grain: one tree; a node is an object with "_" = its tag, every field value an array of elements
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.node_tree(p_tree text) returns jsonb
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  -- The server's reader is positional: a value may look like a label (an alias named ":funcid"),
  -- but a label is always followed by a value. So, counted from the last token without a colon,
  -- the tokens with a colon at odd distance are labels. Datum bytes stay as "[", bytes, "]".
  with token as (
    select m.ord, m.part[1] as tok
    from regexp_matches(p_tree, '[(){}]|(?:[^ \n\t(){}\\]|\\.)+', 'g') with ordinality as m (part, ord)
  ),
  seen as (
    select
      t.ord,
      t.tok,
      lag(t.tok) over w as tok_before,
      (t.ord - coalesce(max(case when left(t.tok, 1) <> ':' then t.ord end) over w, 0)) % 2 as odd
    from token as t
    window w as (order by t.ord)
  ),
  classed as (
    select
      s.ord,
      s.tok,
      case
        when s.tok in ('{', '}', '(', ')') then s.tok
        when left(s.tok, 1) = ':' and s.odd = 1 then 'label'
        when s.tok_before = '{' then 'tag'
        when s.tok_before = '(' and s.tok in ('i', 'o', 'x', 'b') then 'marker'
        else 'value'
      end as class
    from seen as s
  ),
  placed as (
    select c.ord, c.tok, c.class, coalesce(lag(c.class) over (order by c.ord), '(') as before
    from classed as c
  )
  select string_agg(
    case
      when p.class in ('{', '(', 'value') and p.before in ('}', ')', 'value') then ','
      when p.class in ('label', '}') and p.before <> 'tag' then ']'
      else ''
    end
    || case
      when p.class = 'label' then ',' || to_json(substr(p.tok, 2))::text || ':['
      when p.class = '{' then '{"_":'
      when p.class = '(' then '['
      when p.class = ')' then ']'
      when p.class = 'marker' then ''
      when p.class = '}' then '}'
      when p.tok = '<>' then 'null'
      when length(p.tok) > 1 and left(p.tok, 1) = '"'
        then to_json(regexp_replace(substr(p.tok, 2, length(p.tok) - 2), '\\(.)', '\1', 'g'))::text
      when strpos(p.tok, '\') > 0 then to_json(regexp_replace(p.tok, '\\(.)', '\1', 'g'))::text
      else to_json(p.tok)::text
    end,
    '' order by p.ord
  )::jsonb
  from placed as p
$$;
revoke all on function audit.node_tree(text) from public;
