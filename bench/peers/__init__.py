"""The scoreboard: one set of questions, asked of Timeseal and of its peers in one run."""
