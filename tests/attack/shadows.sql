-- purpose: what a reader may create in a schema of its own: names the guard would use if it did not qualify its own
-- grain: one shadow per name
-- reads: nothing
-- writes: schema mine
-- time: the shadows tell a false time on purpose
create function mine.now() returns timestamptz language sql as $$ select timestamptz '2001-01-01' $$;
create function mine.clock_timestamp() returns timestamptz language sql
as $$ select timestamptz '2001-01-01' $$;
create function mine.cert_guard(p text, a interval) returns boolean language sql immutable
as $$ select true $$;
create function mine.door_cause(p text, a interval) returns text[] language sql as $$ select null::text[] $$;
create function mine.pg_sequence_last_value(p regclass) returns bigint language sql as $$ select 2::bigint $$;
create function mine.yes(p timestamptz, q timestamptz) returns boolean language sql immutable
as $$ select false $$;
create operator mine.<= (leftarg = timestamptz, rightarg = timestamptz, function = mine.yes);
create operator mine.> (leftarg = timestamptz, rightarg = timestamptz, function = mine.yes);
create function mine.same(p text, q text) returns boolean language sql immutable as $$ select true $$;
create operator mine.= (leftarg = text, rightarg = text, function = mine.same);
create table mine.t0_cert_run as
select 1 as run_id, 'shop.item_features'::text as entrypoint, 'CERTIFIED'::text as status,
  now() as certified_at, now() + interval '1 day' as expires_at;
create table mine.entrypoint (entrypoint text, relid oid, fuse oid);
create table mine.stamp (relid oid, version bigint);
create domain mine.interval as pg_catalog.interval;
-- a definer sees only what its owner may use
grant usage on schema mine to public;
