-- purpose: accept one finding on record, until a date; the next certification prints who, why and until when
-- grain: one waiver
-- reads: audit.entrypoint, audit.fact_relation, what audit.waiver_basis reads
-- writes: audit.waiver
-- time: the end must lie ahead, at most 8760 hours
create or replace function audit.waive(
  p_entrypoint text,
  p_gate text,
  p_subject text,
  p_reason text,
  p_until timestamptz
) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_waiver_id bigint;
begin
  if exists (select 1 from audit.gate_list() as g where g.gate = p_gate and g.waivable = 'reference') and not exists (
    select 1 from audit.fact_relation as f where f.kind = 'reference' and audit.relation_name(f.relid) = p_subject
  ) then
    raise exception 'TS003: % is no reference relation, so that gate % cannot take it as pinned', coalesce(p_subject, 'NULL'), p_gate
      using errcode = 'TS003', detail = 'expected one of: ' || coalesce(
          (select string_agg(audit.relation_name(f.relid), ', ' order by audit.relation_name(f.relid))
            from audit.fact_relation as f where f.kind = 'reference'), '(none declared)'),
        hint = 'Run: timeseal seal check ' || v_ep.entrypoint;
  end if;
  if exists (select 1 from audit.gate_list() as g where g.gate = p_gate and g.waivable = 'row') and not exists (
    select 1 from audit.waiver_basis(v_ep.entrypoint, p_gate, p_subject) as b where b.rows_sha256 is not null
  ) then
    raise exception 'TS003: % is no row of a rule of gate %, so that there is nothing to waive', coalesce(p_subject, 'NULL'), p_gate
      using errcode = 'TS003', detail = 'expected: OBJECT {"key": value} of a finding; found: no such rule, or no such key',
        hint = 'Run: timeseal seal check ' || v_ep.entrypoint;
  end if;
  insert into audit.waiver (entrypoint, gate, subject, reason, expires_at)
  values (v_ep.entrypoint, p_gate, p_subject, p_reason, p_until)
  returning waiver_id into v_waiver_id;
  return v_waiver_id;
end
$$;
