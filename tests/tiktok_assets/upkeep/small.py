"""A job of no account, for tests that need a run's record and no work."""

import dagster as dg


@dg.op
def nothing():
    pass


@dg.job
def small():
    nothing()
