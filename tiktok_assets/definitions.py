"""The code location. `dagster dev` starts here; only assembly belongs in this file."""

import warnings

import dagster as dg

import analyzers
from resources.places import data_folder, settings_path
from resources.settings import Settings, load_settings
from resources.store import Outcome, Store
from tiktok_assets import jobs, sensors
from tiktok_assets.choices import check_choices
from tiktok_assets.corpus import build_corpus
from tiktok_assets.exports.asset import build_exports
from tiktok_assets.factory import Tell, build_assets
from tiktok_assets.imports import import_all
from tiktok_assets.page.asset import build_page_asset
from tiktok_assets.reconstruction import build_reconstruction
from tiktok_assets.report import build_report
from tiktok_assets.sources import build_sources
from tiktok_assets.surroundings import settle
from tiktok_assets.upkeep import callbacks, housekeeping

# Partitioned checks and batch policies are marked as moving by Dagster, once per asset: 60 lines of noise.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

# A job over assets of several batch sizes takes the smallest. Ours runs one video at a time anyway.
warnings.filterwarnings("ignore", message="Asset job .* materializes assets with varying BackfillPolicies")

import_all(analyzers)


def silent(name: str, video: str, outcome: Outcome) -> None:
    """Tell nobody: Dagster's own log is enough."""


def build(settings: Settings, tell: Tell = silent, *, has_retries: bool = True) -> dg.Definitions:
    """Everything. Without retries where somebody may press Ctrl-C: Dagster takes that for a failure, and retries it."""
    check_choices(settings)
    return dg.Definitions(
        assets=[
            *build_sources(settings, has_retries),
            *build_assets(settings, tell, has_retries),
            *build_reconstruction(settings),
            *build_report(settings),
            *build_exports(),
            *build_page_asset(),
            *build_corpus(settings),
        ],
        jobs=[jobs.ANALYZE, housekeeping.housekeeping],
        schedules=[housekeeping.DAILY],
        sensors=[sensors.drop_folder, sensors.AUTOMATION, sensors.reconciler, callbacks.tell],
        executor=jobs.executor(settings),
        resources={"store": Store(root=str(data_folder()))},
    )


settle()
defs = build(load_settings(settings_path()))
