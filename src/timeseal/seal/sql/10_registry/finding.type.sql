-- purpose: what every gate returns: one row per offending object, row or cell
-- grain: one offence
-- reads: nothing
-- writes: nothing
-- time: none
do $$
begin
  if to_regtype('audit.finding') is null then
    create type audit.finding as (
      gate text,
      level text,
      object text,
      subject text,
      expected text,
      found text,
      hint text
    );
  end if;
end
$$;
