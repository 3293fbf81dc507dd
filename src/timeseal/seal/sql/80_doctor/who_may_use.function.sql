-- purpose: which actors hold what is granted to a role (0 is PUBLIC), as text; NULL when none does
-- grain: one grantee
-- reads: audit.actor
-- writes: nothing
-- time: none
create or replace function audit.who_may_use(p_grantee oid) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_grantee = 0 then
    return 'everybody (PUBLIC)';
  end if;
  return (
    select string_agg(
      a.name || case when a.roleid = p_grantee then '' else ' through ' || pg_get_userbyid(p_grantee) end,
      ', ' order by a.name)
    from audit.actor as a
    where audit.may_act_as(a.roleid, p_grantee)
  );
end
$$;
