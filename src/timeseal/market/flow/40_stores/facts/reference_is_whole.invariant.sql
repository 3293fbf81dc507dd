-- purpose: releases that are still being loaded, whose load failed, or that hold other rows than when it ended
-- grain: one release
-- reads: release_fault
-- writes: nothing
-- time: none
select f.release_id, f.problem
from release_fault as f
