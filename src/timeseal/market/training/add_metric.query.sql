-- purpose: record one figure
-- grain: one row
-- reads: nothing
-- writes: ml.metric
-- time: origin starts the t0 cohort
insert into ml.metric (run_id, split, origin, cohort, model, name, horizon_h, value, lo, hi, n)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);
