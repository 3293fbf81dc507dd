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
  -- Splitting at spaces is ten times faster than matching tokens. Characters that would cut a name
  -- carry a backslash; they are first renamed (the pair of backslashes before all others).
  with piece as (
    select
      s.ord,
      length(s.piece) - length(ltrim(s.piece, '({')) as opened,
      rtrim(ltrim(s.piece, '({'), ')}') as core,
      right(s.piece, length(rtrim(s.piece, ')}')) * -1) as closed,
      left(s.piece, length(s.piece) - length(ltrim(s.piece, '({'))) as opening
    from string_to_table(
      replace(replace(replace(replace(replace(replace(replace(replace(
        p_tree, '\\', '\e'), '\ ', '\s'), '\(', '\o'), '\)', '\c'), '\{', '\l'), '\}', '\r'),
        E'\\\n', '\n'), E'\\\t', '\t'),
      ' '
    ) with ordinality as s (piece, ord)
    where s.piece <> ''
  ),
  -- The server's reader is positional: a value may look like a label (an alias named ":funcid"),
  -- but a label is always followed by a value. So, counted from the last piece without a colon,
  -- the pieces with a colon at odd distance are labels. Datum bytes stay as "[", bytes, "]".
  classed as (
    select
      p.ord, p.core, p.closed, p.opening,
      case
        when right(p.opening, 1) = '{' then 'tag'
        when p.opening <> '' and p.core in ('i', 'o', 'x', 'b') then 'marker'
        when p.core = '' then 'none'
        when left(p.core, 1) = ':' and p.opening = ''
          and (row_number() over w - coalesce(max(case when left(p.core, 1) <> ':' then p.n end) over w, 0)) % 2 = 1
          then 'label'
        else 'value'
      end as class
    from (select i.ord, i.core, i.closed, i.opening, row_number() over (order by i.ord) as n from piece as i) as p
    window w as (order by p.ord)
  ),
  placed as (
    select
      c.ord, c.core, c.closed, c.opening, c.class,
      -- what stands before: a finished element, a fresh field or list, or a tag without fields yet
      coalesce(lag(case
        when c.closed <> '' or c.class = 'value' then 'element' when c.class = 'tag' then 'tag' else 'fresh'
      end) over (order by c.ord), 'fresh') as before
    from classed as c
  )
  select string_agg(
    case
      when p.class = 'label' then
        case when p.before = 'tag' then ',' else '],' end || to_json(substr(p.core, 2))::text || ':['
      else
        case when p.before = 'element' and (p.opening <> '' or p.core <> '') then ',' else '' end
        || replace(replace(p.opening, '(', '['), '{', '{"_":')
        || case
          when p.class in ('marker', 'none') then ''
          when p.core = '<>' then 'null'
          when strpos(p.core, '\') = 0 then to_json(
            case when length(p.core) > 1 and left(p.core, 1) = '"' then substr(p.core, 2, length(p.core) - 2)
              else p.core end)::text
          else to_json(
            replace(replace(replace(replace(replace(replace(replace(replace(
              regexp_replace(
                case when left(p.core, 1) = '"' then substr(p.core, 2, length(p.core) - 2) else p.core end,
                '^\\([^esoclrnt])', '\1'),
              '\s', ' '), '\o', '('), '\c', ')'), '\l', '{'), '\r', '}'), '\n', E'\n'), '\t', E'\t'), '\e', '\')
          )::text
        end
        || case when p.class = 'tag' and left(p.closed, 1) = '}'
          then '}' || replace(replace(substr(p.closed, 2), '}', ']}'), ')', ']')
          else replace(replace(p.closed, '}', ']}'), ')', ']') end
    end,
    '' order by p.ord
  )::jsonb
  from placed as p
$$;
revoke all on function audit.node_tree(text) from public;
