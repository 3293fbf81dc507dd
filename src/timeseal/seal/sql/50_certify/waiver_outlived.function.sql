-- purpose: why a waiver counts for nothing although it is in force: what it was given for has changed; null when it still holds
-- grain: one waiver
-- reads: audit.waiver, what audit.waiver_basis reads
-- writes: nothing
-- time: none
create or replace function audit.waiver_outlived(p_waiver_id bigint) returns text
language plpgsql
volatile strict
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case
      -- a pinned reference is accepted whatever it holds; a gate that is not known is not waived
      when g.waivable = 'reference' then null
      when b.rule_sha256 is null then 'there is no such rule'
      when b.rule_sha256 is distinct from w.rule_sha256 then 'the rule was written anew'
      when b.rows_sha256 is null then 'the row cannot be looked at'
      when b.rows_sha256 is distinct from w.rows_sha256 then 'the values of the row changed'
    end
    from audit.waiver as w
    left join audit.gate_list() as g on g.gate = w.gate
    cross join lateral audit.waiver_basis(w.entrypoint, w.gate, w.subject) as b
    where w.waiver_id = p_waiver_id
  );
end
$$;
revoke all on function audit.waiver_outlived(bigint) from public;
