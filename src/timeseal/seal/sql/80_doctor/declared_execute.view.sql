-- purpose: who may execute which routine of the engine: the whole list, to which nothing may be added
-- grain: one row per routine name and role
-- reads: audit.runner, audit.entrypoint
-- writes: nothing
-- time: none
create or replace view audit.declared_execute (routine, grantee) as
select r.routine, g.grantee
from (values
  ('asof_bound', 'everyone'),
  ('asof_certificate', 'everyone'),
  ('asof_changes', 'everyone'),
  ('asof_clash', 'everyone'),
  ('asof_column', 'everyone'),
  ('asof_cost', 'everyone'),
  ('asof_declare', 'everyone'),
  ('asof_declared', 'everyone'),
  ('asof_fill', 'everyone'),
  ('asof_index', 'everyone'),
  ('asof_instant', 'everyone'),
  ('asof_is_unique', 'everyone'),
  ('asof_key', 'everyone'),
  ('asof_lateral', 'everyone'),
  ('asof_merge', 'everyone'),
  ('asof_pick', 'everyone'),
  ('asof_plan', 'everyone'),
  ('asof_ranges', 'everyone'),
  ('asof_refuse', 'everyone'),
  ('asof_relation', 'everyone'),
  ('asof_rows_missing', 'everyone'),
  ('asof_span', 'everyone'),
  ('asof_statement', 'everyone'),
  ('asof_ties', 'everyone'),
  ('asof_time_type', 'everyone'),
  ('asof_window', 'everyone'),
  ('cert_guard', 'everyone'),
  ('door_cause', 'everyone'),
  ('held_certificate', 'everyone'),
  ('plan_guard', 'everyone'),
  ('require_certified', 'everyone'),
  ('require_certified_strict', 'everyone'),
  ('doctor', 'crew'),
  ('protection_class', 'crew'),
  ('refresh', 'crew'),
  ('refresh_plan', 'crew'),
  ('refresh_published', 'crew'),
  ('refresh_store', 'crew'),
  ('assert_gates', 'certifier'),
  ('assert_viewdef_baseline', 'certifier'),
  ('capture_viewdef_baseline', 'certifier'),
  ('certify', 'certifier'),
  ('check', 'certifier'),
  ('check_gates', 'certifier'),
  ('dataset_sha256', 'certifier'),
  ('declared_history', 'certifier'),
  ('drift_cells', 'certifier'),
  ('drift_days', 'certifier'),
  ('event_sha256', 'certifier'),
  ('explain', 'certifier'),
  ('publish', 'certifier'),
  ('rebaseline_last_n_days', 'certifier'),
  ('replay', 'certifier'),
  ('replay_batches', 'certifier'),
  ('replay_entity', 'certifier'),
  ('replay_late', 'certifier'),
  ('replay_record', 'certifier'),
  ('replay_rows', 'certifier'),
  ('replay_summary', 'certifier'),
  ('replay_world', 'certifier'),
  ('revoke_certificate', 'certifier'),
  ('run_sha256', 'certifier'),
  ('waiver_outlived', 'certifier')
) as r (routine, who)
join (values
  ('everyone', 'ml_training'),
  ('everyone', 'timeseal_worker'),
  ('everyone', 'timeseal_certifier'),
  ('crew', 'timeseal_worker'),
  ('crew', 'timeseal_certifier'),
  ('certifier', 'timeseal_certifier')
) as g (who, grantee) on g.who = r.who
union
select n.name, 'timeseal_certifier'
from audit.runner as r
cross join lateral (values (r.runner), (r.assertion)) as n (name)
where n.name is not null;
