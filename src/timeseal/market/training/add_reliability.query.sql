-- purpose: record one bin of predicted chances
-- grain: one row
-- reads: nothing
-- writes: ml.reliability
-- time: origin starts the t0 cohort
insert into ml.reliability (run_id, origin, horizon_h, bin, predicted, observed, lo, hi, n)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s);
