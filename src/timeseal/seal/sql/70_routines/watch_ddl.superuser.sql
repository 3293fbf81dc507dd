-- purpose: the watcher of definitions where the installer is superuser; active under every replication role
-- grain: two event triggers
-- reads: nothing
-- writes: event triggers timeseal_watch_ddl and timeseal_watch_drop
-- time: none
drop event trigger if exists timeseal_watch_ddl;
drop event trigger if exists timeseal_watch_drop;
create event trigger timeseal_watch_ddl on ddl_command_end execute function audit.watch_ddl();
alter event trigger timeseal_watch_ddl enable always;
create event trigger timeseal_watch_drop on sql_drop execute function audit.watch_drop();
alter event trigger timeseal_watch_drop enable always;
