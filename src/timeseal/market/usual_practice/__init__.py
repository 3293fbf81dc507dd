"""The usual practice, re-built from its published description so that it can stand beside ours.

Two habits: judging on ads that vanished lately (`judged`), and hashing a sample, accepting the
newest days and then certifying them (`certified`). Nothing else in the package reads this.
"""
