-- purpose: what a fact's own column must be below so that its instant is below a given one: keeps indexes usable
-- grain: one SQL expression
-- reads: nothing
-- writes: nothing
-- time: the counterpart of audit.asof_instant: c < bound(x) exactly when instant(c) < x
create or replace function audit.asof_bound(p_instant text, p_type regtype) returns text
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  return case p_type
    when 'timestamptz'::regtype then p_instant
    when 'timestamp'::regtype then format('(%s at time zone ''UTC'')', p_instant)
    when 'date'::regtype then format('((%s at time zone ''UTC'')::date)', p_instant)
  end;
end
$$;
