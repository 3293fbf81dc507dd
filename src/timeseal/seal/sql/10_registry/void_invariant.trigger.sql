-- purpose: no certificate outlives a change of what it was judged by
-- grain: one invariant
-- reads: nothing
-- writes: a trigger on audit.store_invariant
-- time: none
create or replace trigger void_invariant
after insert or update or delete on audit.store_invariant
for each row execute function audit.void_invariant();
alter table audit.store_invariant enable always trigger void_invariant;
