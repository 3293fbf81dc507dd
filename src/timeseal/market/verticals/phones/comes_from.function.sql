-- purpose: does a reading come from a step of ours, or from a column of an adopted table, which stands for the step that wrote it
-- grain: one source
-- reads: nothing
-- writes: nothing
-- time: none; whether a reading came in time is decided by its known_at
create or replace function ref.comes_from(p_source text, p_step text) returns boolean
language sql
immutable
parallel safe
begin atomic
  select p_source = p_step or p_source like 'adopted %';
end;
