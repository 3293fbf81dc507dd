-- purpose: the statement that ends a role's way to another role: the last grant on the way
-- grain: one pair of roles; NULL when there is no such grant
-- reads: pg_catalog.pg_auth_members
-- writes: nothing
-- time: none
create or replace function audit.revoke_membership(p_role oid, p_target oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format('revoke %I from %I', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member))
  from pg_catalog.pg_auth_members as m
  where m.roleid = p_target and audit.may_act_as(p_role, m.member)
  order by m.member <> p_role, m.member
  limit 1;
$$;
