-- purpose: what a reader must not be able to do: every statement is refused for lack of privilege
-- grain: one statement per blank-line separated block
-- reads: nothing
-- writes: nothing, if all is well
-- time: none

create or replace function audit.cert_guard(p_entrypoint text, p_max_age interval) returns
  boolean language sql as 'select true';

create or replace view shop.item_features_train as select 1 as item;

alter view shop.item_features_train owner to ml_training;

drop view shop.item_features_train;

insert into audit.stamp (relid, version) values (1, 1);

update audit.stamp set version = 0;

delete from audit.t0_cert_run;

insert into audit.waiver (entrypoint, gate, subject, reason, expires_at) values
  ('shop.item_features', 'drift', '*', 'please', 'infinity');

update audit.entrypoint set max_age = interval '9 years';

insert into audit.allowed_function values (1, 'please');

select audit.certify('shop.item_features');

select audit.record_run('shop.item_features', now(), '{}', '{}', '[]', '{}');

select audit.accept_days('shop.item_features', '[]', 'x', null, 0);

select audit.advance_stamp(1, 'x');

select audit.burn_fuse('shop.item_features');

call audit.publish('shop.item_features');

call audit.revoke_certificate('shop.item_features', 'x');

call audit.rebaseline_last_n_days('shop.item_features'::regclass);

call audit.capture_viewdef_baseline('shop.item_features'::regclass);

select setval((select fuse from audit.entrypoint)::regclass, 1);

set session_replication_role = replica;

alter event trigger timeseal_watch_ddl disable;

set role timeseal_owner;

set role timeseal_certifier;

set role timeseal_worker;

select note from shop.item_features;

select note from shop.price;

select visits from shop.visit_a;

select origin_note from shop.item_origin;

select leaf from audit.t0_leaf_baseline;

select row_key from audit.t0_leaf_baseline;

select checks from audit.t0_cert_run;

do $$ begin lock table shop.price in access exclusive mode; end $$;

copy shop.price to stdout;

copy (select * from shop.price) to program 'cat';

create trigger t before insert on shop.price for each row execute function
  audit.bump_stamp();

create table shop.mine (id integer);

create function audit.mine() returns integer language sql as 'select 1';

select pg_read_file('PG_VERSION');

create extension dblink;

do $$ begin lock table shop.item_features_train in access exclusive mode; end $$;

refresh materialized view shop.item_origin;

reindex table shop.price;

create temp table kid () inherits (shop.price);

alter table shop.price disable trigger timeseal_stamp;

create rule quiet as on insert to shop.item_features_train do instead nothing;

create policy open on shop.price using (true);

alter view shop.item_features_train set (security_barrier = false);

select stavalues1 from pg_catalog.pg_statistic;

select stxdmcv from pg_catalog.pg_statistic_ext_data;

create statistics shop.spy on price, note from shop.price;

create publication leak for table shop.price;

create publication leak for all tables;

select pg_create_logical_replication_slot('leak', 'pgoutput');

create subscription leak connection 'dbname=postgres' publication leak;

create event trigger deaf on ddl_command_end execute function audit.watch_ddl();

alter default privileges for role timeseal_owner grant select on tables to ml_training;

alter function audit.door_cause(text, interval) owner to ml_training;

grant select on shop.price to ml_training;

grant timeseal_owner to ml_training;

alter role ml_training superuser;

alter system set session_preload_libraries = 'mine';

set session authorization timeseal_owner;

do $$ begin perform set_config('role', 'timeseal_owner', true); end $$;

reassign owned by timeseal_owner to ml_training;

select lo_import('/etc/passwd');

create function public.mine() returns integer language sql as 'select 1';

explain analyze select note from shop.price;

declare spy cursor with hold for select note from shop.price;

select audit.explain('shop.item_features', 9);

select audit.dataset_sha256('shop.item_features'::regclass, date '2020-01-02', 9);

select dataset_sha256 from audit.t0_dataset_hash_baseline;

select doctor from audit.doctor();
