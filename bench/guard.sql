-- purpose: seal the wide table by hand, with its guarded view beside the open one
-- grain: one row per id
-- reads: bench.wide
-- writes: bench.entry, bench.guarded, bench.bare, the declaration and its first baseline
-- time: t0 is generated data
create view bench.entry as
select
  w.id, w.t0, w.t0_day, w.f0, w.f1, w.f2, w.f3, w.f4, w.f5, w.f6, w.f7, w.f8, w.f9, w.f10, w.f11,
  w.f12, w.f13, w.i0, w.i1, w.i2, w.i3, w.i4, w.i5, w.i6, w.x0, w.x1, w.x2, w.x3, w.n0, w.n1
from bench.wide as w;
create view bench.guarded with (security_barrier) as
select
  e.id, e.t0, e.t0_day, e.f0, e.f1, e.f2, e.f3, e.f4, e.f5, e.f6, e.f7, e.f8, e.f9, e.f10, e.f11,
  e.f12, e.f13, e.i0, e.i1, e.i2, e.i3, e.i4, e.i5, e.i6, e.x0, e.x1, e.x2, e.x3, e.n0, e.n1
from bench.entry as e
where (select audit.cert_guard('bench.entry', interval '24 hours'))
  and ((e.id is null) is not null or e.id::text = audit.plan_guard('bench.entry', interval '24 hours'));
-- a view of the same shape that asks nothing: what PostgreSQL takes for the shape alone
create view bench.bare with (security_barrier) as
select
  e.id, e.t0, e.t0_day, e.f0, e.f1, e.f2, e.f3, e.f4, e.f5, e.f6, e.f7, e.f8, e.f9, e.f10, e.f11,
  e.f12, e.f13, e.i0, e.i1, e.i2, e.i3, e.i4, e.i5, e.i6, e.x0, e.x1, e.x2, e.x3, e.n0, e.n1
from bench.entry as e
where (select pg_catalog.pg_backend_pid() > 0) and ((e.id is null) is not null or e.id::text = '');
alter table bench.wide add primary key (id);
alter schema bench owner to timeseal_owner;
alter table bench.wide owner to timeseal_owner;
alter view bench.entry owner to timeseal_owner;
alter view bench.guarded owner to timeseal_owner;
alter view bench.bare owner to timeseal_owner;
insert into audit.entrypoint (entrypoint, relid, key_columns, t0_column, day_column,
  guarded_view, guarded_relid)
values ('bench.entry', 'bench.entry'::regclass, '{id}', 't0', 't0_day',
  'bench.guarded', 'bench.guarded'::regclass);
select audit.attach_stamp('bench.wide'::regclass);
call audit.rebaseline_last_n_days('bench.entry'::regclass);
