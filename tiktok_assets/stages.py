"""Stages: what a step weighs on a machine, and which queue it waits in where workers take the steps."""

from collections.abc import Mapping

from analyzers.contract import Stage

# Sources and reports keep the ledger's books, and a SQLite file is safe on one machine alone: with several, these
# steps stay on the one that has it.
HOME = "home"


def on_stage(stage: Stage, at_home: bool = False) -> Mapping[str, str]:
    """A step's tags."""
    return {"stage": stage, "dagster-celery/queue": HOME if at_home else stage}
