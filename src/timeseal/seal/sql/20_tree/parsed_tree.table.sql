-- purpose: stored expressions already parsed: the same text is the same tree, for ever
-- grain: one row per text, by its SHA-256
-- reads: nothing
-- writes: audit.parsed_tree
-- time: none
create table if not exists audit.parsed_tree (
  text_sha256 bytea primary key,
  tree jsonb not null
);
