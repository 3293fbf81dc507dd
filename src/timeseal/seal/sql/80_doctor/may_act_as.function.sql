-- purpose: true when a role can use another role's rights: by inheriting, by SET ROLE, or by granting itself that
-- grain: one pair of roles
-- reads: pg_catalog.pg_auth_members
-- writes: nothing
-- time: none
create or replace function audit.may_act_as(p_role oid, p_target oid) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_role = p_target then
    return true;
  end if;
  -- The privilege SET is unknown before 16, where every membership implies it.
  if current_setting('server_version_num')::integer >= 160000 then
    return pg_has_role(p_role, p_target, 'USAGE') or pg_has_role(p_role, p_target, 'SET')
      or pg_has_role(p_role, p_target, 'MEMBER WITH ADMIN OPTION');
  end if;
  return pg_has_role(p_role, p_target, 'MEMBER');
end
$$;
