"""What the step processes' template imports before the first step is forked from it.

Dagster's own storage modules are loaded lazily, 0.4 s in every forked step, unless they are here.
Nothing that touches a GPU may be: a fork after CUDA has started is fatal.
multiprocessing swallows an ImportError in this file in silence; a test asserts that it took effect.
"""

import importlib
import os
import sys

from resources.inchild import die_with_parent
from resources.threads import STEPS_AT_ONCE

MODULES = (
    "alembic.command",
    "alembic.config",
    "dagster._core.launcher",
    "dagster._core.run_coordinator",
    "dagster._core.secrets.env_file",
    "dagster._core.storage.event_log",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.root",
    "dagster._core.storage.runs",
    "dagster._core.storage.schedules",
    "dagster._core.storage.sqlite_storage",
    "dagster._core.storage.upath_io_manager",
    "fsspec.implementations.local",
    "sqlalchemy.dialects.sqlite",
    "upath",
    "numpy",
    "pyarrow.parquet",
    "tiktok_assets.definitions",
)

os.environ.setdefault(STEPS_AT_ONCE, str(os.cpu_count() or 2))  # as many as the executor of jobs.py starts

# The template goes with its run worker at once, and its steps with it: ending by itself, it takes seconds on a busy
# machine, in which orphans would work beside those who take over.
if any("multiprocessing.forkserver" in word for word in sys.orig_argv):
    die_with_parent()

for module in MODULES:
    importlib.import_module(module)
