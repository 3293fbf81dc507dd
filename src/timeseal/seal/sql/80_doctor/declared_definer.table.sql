-- purpose: routines that lend rights and that somebody has read: the doctor lists them without failing
-- grain: one row per routine as it was when it was read; another body is another routine
-- reads: nothing
-- writes: audit.declared_definer
-- time: none
create table if not exists audit.declared_definer (
  routine text primary key,
  sha256 text not null,
  reason text not null check (reason <> '')
);
