"""What shows only across videos: assets without partitions, made from all videos' tables once a day or by a click.

Nothing is measured here: who shares what is found by analyzers/measures. A video that is forgotten is gone from these
tables at once, see upkeep/forget.py.
"""

import dagster as dg

from resources.settings import Settings
from resources.store import Store
from tiktok_assets.corpus.sound_reuse import FINGERPRINT, build_sound_reuse, forget_sounds
from tiktok_assets.corpus.trend_analysis import build_trend_analysis, forget_trends
from tiktok_assets.factory import active


def build_corpus(settings: Settings) -> list[dg.AssetsDefinition]:
    """The assets over all videos whose tables the settings leave on."""
    names = {spec.name for spec in active(settings)}
    sounds = [build_sound_reuse()] if FINGERPRINT in names else []
    return [*sounds, build_trend_analysis(names)]


def forget_video(store: Store, video: str) -> None:
    """Take a video out of every table over the corpus."""
    forget_sounds(store, video)
    forget_trends(store, video)
