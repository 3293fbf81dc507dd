-- purpose: what writers did to adopted tables and nobody has taken in yet; no rule of ours is checked here, so none can fail a writer
-- grain: one row per changed row, or per TRUNCATE
-- reads: nothing
-- writes: raw.adopted_change
-- time: seen_at is the clock inside the writer's transaction; the row is visible from its commit on
create table if not exists raw.adopted_change (
  change_id bigint generated always as identity primary key,
  relid oid,
  operation text,
  old_row jsonb,
  new_row jsonb,
  fault text,
  seen_at timestamptz default clock_timestamp()
);
