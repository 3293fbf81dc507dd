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
  -- Before 16 a membership has no options of its own: each can be SET. One that is only inherited leads on by
  -- inheriting alone; one with ADMIN OPTION can be granted anew, with everything.
  return exists (
    with recursive acting (roleid, by_set) as (
      select p_role, true
      union
      select m.roleid, e.admin or a.by_set and e.settable
      from acting as a
      join pg_catalog.pg_auth_members as m on m.member = a.roleid
      cross join lateral (
        select m.admin_option, coalesce((to_jsonb(m) ->> 'set_option')::boolean, true),
          coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
      ) as e (admin, settable, inherited)
      where e.admin or e.inherited or a.by_set and e.settable
    )
    select 1 from acting as a where a.roleid = p_target
  );
end
$$;
