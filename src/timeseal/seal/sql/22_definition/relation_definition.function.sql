-- purpose: the definition of a relation as text: columns, rule, rights, row security, partitioning
-- grain: one relation
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.relation_definition(p_relation oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select concat_ws(
      E'\n',
      format(
        'relation kind %s persistence %s row security %s forced %s', c.relkind, c.relpersistence,
        c.relrowsecurity, c.relforcerowsecurity
      ),
      audit.acl_text(c.relacl, case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner),
      audit.relation_columns(c.oid),
      case when c.relkind in ('v', 'm') then 'as ' || pg_get_viewdef(c.oid) end,
      case when c.relkind = 'v' then 'options ' || array_to_string(
        array(select o.opt from unnest(c.reloptions) as o (opt) order by o.opt collate "C"), ' '
      ) end,
      'partition by ' || pg_get_partkeydef(c.oid),
      'partition bound ' || pg_get_expr(c.relpartbound, c.oid),
      (
        select 'inherits ' || string_agg(
          audit.object_fqn('pg_class'::regclass, h.inhparent), ' ' order by h.inhseqno
        )
        from pg_inherits as h
        where h.inhrelid = c.oid
      ),
      (
        select string_agg(
          format('rule %s enabled %s', pg_get_ruledef(r.oid), r.ev_enabled), E'\n'
          order by r.rulename collate "C"
        )
        from pg_rewrite as r
        where r.ev_class = c.oid and r.rulename <> '_RETURN'
      ),
      (
        select format(
          'foreign server %I %s options %s %s', s.srvname, w.fdwname, s.srvoptions::text, t.ftoptions::text
        )
        from pg_foreign_table as t
        join pg_foreign_server as s on s.oid = t.ftserver
        join pg_foreign_data_wrapper as w on w.oid = s.srvfdw
        where t.ftrelid = c.oid
      )
    )
    from pg_class as c
    where c.oid = p_relation
  );
end
$$;
revoke all on function audit.relation_definition(oid) from public;
