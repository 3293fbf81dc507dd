-- purpose: the habit's guarded view: the guard in a lateral, its result required
-- grain: one row per board.features row
-- reads: board.features, usual_practice.cert_guard
-- writes: nothing
-- time: the verdict's age by the wall clock
create or replace view board.features_usual as
select f.listing_id, f.edited_date, f.price, f.price_twice
from board.features as f
cross join lateral (select usual_practice.cert_guard('board.features', interval '24 hours') as ok) as g
where g.ok;
