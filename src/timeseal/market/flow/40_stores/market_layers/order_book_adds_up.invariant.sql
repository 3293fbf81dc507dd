-- purpose: order books whose numbers contradict each other
-- grain: one bad row
-- reads: order_book_v1
-- writes: nothing
-- time: none
select o.generation, o.listing_id, o.t0, o.ob_state
from order_book_v1 as o
where (o.ob_state = 'competitors') <> coalesce(o.ob_k_active_30d_sm > 0, false)
  or (o.ob_state in ('no_class', 'no_place')) <> (o.ob_k_active_30d_sm is null)
  or (o.ob_has_comp_30d_sm = 1) <> (o.ob_k_active_30d_sm > 0)
  or (o.ob_median_price_30d_sm is not null and coalesce(o.ob_k_active_30d_sm, 0) = 0)
  or (o.ob_log_p90_p10_30d_sm is null) <> (o.ob_median_price_30d_sm is null)
  or o.ob_log_p90_p10_30d_sm < 0
  or o.ob_price_pctl_30d_sm not between 0 and 1
  -- rounded logarithms may be 0 where the difference is not
  or o.ob_delta_vs_median_30d_sm * o.ob_lr_vs_median_30d_sm < 0
  or o.ob_lr_vs_min_30d_sm < o.ob_lr_vs_median_30d_sm
  or o.ob_arrivals_7d_sm > o.ob_arrivals_30d_sm
  or o.ob_departures_7d_sm > o.ob_departures_30d_sm
  or least(o.ob_k_active_30d_sm, o.ob_arrivals_7d_sm, o.ob_departures_7d_sm) < 0
  or num_nulls(o.ob_k_active_30d_sm, o.ob_has_comp_30d_sm, o.ob_arrivals_7d_sm, o.ob_arrivals_30d_sm,
    o.ob_departures_7d_sm, o.ob_departures_30d_sm) not in (0, 6)
