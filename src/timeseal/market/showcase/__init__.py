"""The demo's provocations: change something for real, meet the refusal, name it, mend it.

`stage` knocks at the door and tells what came out, `change` holds the three changes with their
mending, `practice` sets the usual practice beside ours. Nothing else in the package reads this.
"""
