-- purpose: no entrypoint without a fuse
-- grain: one trigger
-- reads: nothing
-- writes: trigger on audit.entrypoint
-- time: none
create or replace trigger make_fuse
before insert or update of relid on audit.entrypoint
for each row execute function audit.make_fuse();
alter table audit.entrypoint enable always trigger make_fuse;
