-- purpose: an access list as text that is equal exactly when the rights are equal, those of timeseal_owner on schemas apart
-- grain: one access list; null means the built-in default of its owner
-- reads: role names
-- writes: nothing
-- time: none
create or replace function audit.acl_text(p_acl aclitem[], p_type "char", p_owner oid) returns text
language plpgsql
stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select 'owner ' || pg_get_userbyid(p_owner) || ' acl ' || coalesce(
      string_agg(
        format(
          '%s:%s:%s%s',
          case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
          quote_ident(pg_get_userbyid(x.grantor)),
          x.privilege_type,
          case when x.is_grantable then '*' else '' end
        ),
        ' ' order by
          pg_get_userbyid(x.grantee) collate "C", pg_get_userbyid(x.grantor) collate "C",
          x.privilege_type collate "C", x.is_grantable, x.grantee
      ),
      ''
    )
    from aclexplode(coalesce(p_acl, acldefault(p_type, p_owner))) as x
    -- sealing one view lends the engine's owner rights on the schema; that must not void the seal of another
    where p_type <> 'n' or pg_get_userbyid(x.grantee) <> 'timeseal_owner'
  );
end
$$;
revoke all on function audit.acl_text(aclitem[], "char", oid) from public;
