-- purpose: seal the wide table by hand, with its guarded view beside the open one
-- grain: one row per id
-- reads: bench.wide
-- writes: bench.entry, bench.guarded, the declaration and its first baseline
-- time: t0 is generated data
create view bench.entry as
select w.id, w.t0, w.t0_day, w.f0, w.f1, w.i0, w.i1, w.x0, w.n0
from bench.wide as w;
create view bench.guarded as
select e.id, e.t0, e.t0_day, e.f0, e.f1, e.i0, e.i1, e.x0, e.n0
from bench.entry as e, unnest(array[1]) as one
where (select audit.cert_guard('bench.entry', interval '24 hours'));
alter table bench.wide add primary key (id);
alter schema bench owner to timeseal_owner;
alter table bench.wide owner to timeseal_owner;
alter view bench.entry owner to timeseal_owner;
alter view bench.guarded owner to timeseal_owner;
insert into audit.entrypoint (entrypoint, relid, key_columns, t0_column, day_column,
  guarded_view, guarded_relid)
values ('bench.entry', 'bench.entry'::regclass, '{id}', 't0', 't0_day',
  'bench.guarded', 'bench.guarded'::regclass);
select audit.attach_stamp('bench.wide'::regclass);
call audit.rebaseline_last_n_days('bench.entry'::regclass);
