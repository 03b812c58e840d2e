"""Workers: long-lived processes that take steps from queues and keep their models loaded, on one machine or several.

TIKTOK_BROKER names a Redis that all machines reach; where it is set, runs hand their steps over. Steps wait in a
queue for each stage, and sources and reports in `home`. A worker of a kind serves these queues:

    python -m tiktok_assets worker home      on the machine that has the ledger
    python -m tiktok_assets worker gpu       all three gpu stages, one step at a time; gpu1: on the second card
    python -m tiktok_assets worker cpu

A step that is cut off together with its worker is given to another after LONGEST_S: at least once, never exactly.
That does no harm, because what a step writes appears whole or not at all.
"""

import logging
import multiprocessing.process
import os
from pathlib import Path
from typing import Any

import dagster as dg
from celery import Celery, Task, signals
from dagster._grpc.types import ExecuteStepArgs
from dagster._serdes import unpack_value
from dagster_celery import celery_executor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from resources.places import data_folder
from resources.threads import STEPS_AT_ONCE
from tiktok_assets.stages import HOME

CORES = os.cpu_count() or 2
# Queues of each kind of worker, and its steps at once. One for the card: models of several steps would not fit.
KINDS: dict[str, tuple[tuple[str, ...], int]] = {
    "home": ((HOME,), CORES),
    "gpu": (("gpu_heavy", "gpu_medium", "gpu_light"), 1),
    "cpu": (("cpu",), CORES),
}
LONGEST_S = 3600  # of a step; below the two hours after which its run is given up (dagster.yaml)
STEPS_A_PROCESS = 200  # then another takes its place, whatever the libraries have leaked
ALIVE_S = 20.0
ANSWER_S = 1.0  # for all workers to say what they serve
THIS_PROCESS = multiprocessing.process.current_process()  # as Python sees it, before Celery forks

CONFIG = {
    "task_acks_late": True,  # a step is taken off its queue when it is done, not when it is begun
    # Off, on purpose: a step whose process dies by itself fails, and its run is tried once more. Given back to the
    # queue, a video that crashes a decoder would crash one process after the other for ever.
    "task_reject_on_worker_lost": False,
    "worker_prefetch_multiplier": 1,
    "broker_transport_options": {"visibility_timeout": LONGEST_S},
    "broker_connection_retry_on_startup": True,
    "result_expires": 2 * LONGEST_S,
    "task_default_queue": HOME,
}


def celery() -> dg.ExecutorDefinition:
    """The executor that hands steps over. The broker's address may hold a password: it is read where it is used."""
    broker = {"env": "TIKTOK_BROKER"}
    return celery_executor.configured({"broker": broker, "backend": broker, "config_source": CONFIG})


class Step(Task):
    """A step, unless its run is over: one that was canceled, or that was given up while the step was waiting."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        about = unpack_value(kwargs["execute_step_args_packed"], as_type=ExecuteStepArgs)
        assert about.instance_ref  # whoever hands a step over names the instance
        with dg.DagsterInstance.from_ref(about.instance_ref) as instance:
            run = instance.get_run_by_id(about.run_id)
        return [] if run is None or run.is_finished else super().__call__(*args, **kwargs)


def build_app(broker: str) -> Celery:
    app = make_app({"broker": broker, "backend": broker, "config_source": CONFIG})
    create_task(app, base=Step)
    return app


def unserved(broker: str) -> set[str]:
    """Queues that no worker takes steps from: what waits there waits for ever, and in silence."""
    answers = build_app(broker).control.inspect(timeout=ANSWER_S).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    return {name for queues, _ in KINDS.values() for name in queues} - served


def is_kind(kind: str) -> bool:
    name, card = _parts(kind)
    return name in KINDS and (name == "gpu" or not card)


def _parts(kind: str) -> tuple[str, str]:
    name = kind.rstrip("0123456789")
    return name, kind[len(name) :]


def work(kind: str) -> None:
    """Serve the queues of a kind until a signal to end comes; the step at hand is finished first."""
    name, card = _parts(kind)
    queues, at_once = KINDS[name]
    if card:
        os.environ["CUDA_VISIBLE_DEVICES"] = card
    # Tokens for a card are locks on files: those of this machine, and of this card.
    os.environ.setdefault("TIKTOK_GATE", str(data_folder() / "gate" / f"{os.uname().nodename}-{kind}"))
    os.environ.setdefault(STEPS_AT_ONCE, str(at_once))
    import tiktok_assets.preload  # noqa: F401  before the processes are forked, so that each has it at once

    _show_life(data_folder() / "run" / f"worker-{os.uname().nodename}-{kind}")
    app = build_app(os.environ["TIKTOK_BROKER"])
    app.worker_main(
        [
            *("worker", "--hostname", f"{kind}@%h", "--queues", ",".join(queues), "--concurrency", str(at_once)),
            *("--max-tasks-per-child", str(STEPS_A_PROCESS), "--loglevel", "INFO", "--without-gossip"),
        ]
    )


def _show_life(path: Path) -> None:
    """A file that is touched while the worker's loop turns: what deploy/guard.py looks at."""
    path.parent.mkdir(parents=True, exist_ok=True)

    @signals.worker_ready.connect(weak=False)
    def begin(sender: Any, **_: Any) -> None:
        path.touch()
        sender.timer.call_repeatedly(ALIVE_S, path.touch)


@signals.after_setup_logger.connect(weak=False)
def be_brief(**_: Any) -> None:
    """Celery would write every event of a step once more when it is done, Alembic every opened database."""
    for name in ("celery.app.trace", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.worker_process_init.connect(weak=False)
def may_have_children(**_: Any) -> None:
    """Media are decoded in a child process. Celery's own multiprocessing puts its idea of this process in the place
    of Python's: one that may have no children, with a key that Python's will not hand on to them."""
    multiprocessing.process._current_process = THIS_PROCESS  # pyright: ignore[reportAttributeAccessIssue]
