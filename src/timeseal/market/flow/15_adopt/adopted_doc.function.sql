-- purpose: the mapped columns of an adopted row under our names, numbers in one spelling
-- grain: one row
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function raw.adopted_doc(p_row jsonb, p_map jsonb) returns jsonb
language sql
immutable
as $$
  select jsonb_object_agg(m.key, case jsonb_typeof(p_row -> m.value)
    when 'number' then to_jsonb(trim_scale((p_row ->> m.value)::numeric)) else p_row -> m.value end)
  from jsonb_each_text(p_map) as m (key, value);
$$;
