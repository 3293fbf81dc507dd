-- purpose: labels that a pipeline gave to a photo
-- grain: one row per photo, label, pipeline, version and knowledge time
-- reads: nothing
-- writes: raw.image_label_event
-- time: known_at is when the label was recorded
create table if not exists raw.image_label_event (
  generation integer not null,
  listing_id bigint not null,
  image_index integer not null check (image_index >= 0),
  content_sha256 text not null,
  label text not null,
  value text,
  pipeline text not null,
  pipeline_version text not null,
  known_at timestamptz not null default clock_timestamp(),
  run_id bigint not null,
  primary key (generation, listing_id, image_index, content_sha256, label, pipeline, pipeline_version, known_at)
);
create index if not exists image_label_event_run_idx on raw.image_label_event using brin (run_id);
