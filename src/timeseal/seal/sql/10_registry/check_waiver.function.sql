-- purpose: refuse a waiver that is too broad, too long or of a gate that is never waived; sign and date it
-- grain: one waiver
-- reads: the list of gates, what audit.waiver_basis reads
-- writes: author, created_at and both digests of the new row
-- time: created_at is the wall clock; at most 8760 hours to expires_at
create or replace function audit.check_waiver() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_waivable text := (select g.waivable from audit.gate_list() as g where g.gate = new.gate);
  v_refused text[];
begin
  new.author := session_user;
  new.created_at := clock_timestamp();
  select b.rule_sha256, b.rows_sha256 into new.rule_sha256, new.rows_sha256
  from audit.waiver_basis(new.entrypoint, new.gate, new.subject) as b;
  v_refused := case
    when v_waivable is null then array['the name of a gate', coalesce(new.gate, 'NULL')]
    when v_waivable = 'never' then array['a gate whose findings may be waived', 'gate ' || new.gate || ', which is never waived']
    when v_waivable = 'row' and (new.subject ~ '^[^{]+ \{".+\}$') is not true
      then array['one row of one rule, as the gate prints them: OBJECT {"key": value}', coalesce(new.subject, 'NULL')]
    when v_waivable = 'reference' and (new.subject ~ '^[^{ ]+\.[^ ]+$') is not true
      then array['one reference relation: schema.relation', coalesce(new.subject, 'NULL')]
    when (btrim(new.reason) <> '') is not true then array['a reason', 'none']
    when (new.expires_at <= new.created_at + interval '8760 hours') is not true
      then array['an end within 365 days', coalesce(new.expires_at::text, 'NULL')]
    when new.expires_at <= new.created_at then array['an end that lies ahead', new.expires_at::text]
  end;
  if v_refused is not null then
    raise exception 'TS003: this waiver is refused: expected %, found %', v_refused[1], v_refused[2]
      using errcode = 'TS003', detail = 'expected: ' || v_refused[1] || '; found: ' || v_refused[2],
        hint = 'Run: timeseal seal check ' || coalesce(new.entrypoint, 'ENTRYPOINT') || '   (each finding carries its way out)';
  end if;
  return new;
end
$$;
