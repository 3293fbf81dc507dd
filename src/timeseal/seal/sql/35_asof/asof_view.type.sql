-- purpose: the typed declaration of one fact relation that an as-of join reads; made by audit.asof_declare
-- grain: one view of an as-of join
-- reads: nothing
-- writes: nothing
-- time: known_at and event_time name columns; embargo and max_age are exact spans, a day being 24 hours
do $$
begin
  if to_regtype('audit.asof_view') is null then
    create type audit.asof_view as (
      relation regclass,
      key_columns text[],
      spine_columns text[],
      known_at text,
      event_time text,
      embargo interval,
      max_age interval,
      columns text[],
      prefix text,
      tie_breakers text[],
      on_tie text,
      with_known_at boolean,
      with_age boolean
    );
  end if;
end
$$;
