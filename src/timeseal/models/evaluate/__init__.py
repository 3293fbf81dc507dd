"""Judging a survival model on whole t0 cohorts, censored rows included."""
