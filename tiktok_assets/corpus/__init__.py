"""What shows only across videos: assets without partitions, made from all videos' tables once a day or by a click.

Nothing is measured here: who shares what is found by analyzers/measures. A video that is forgotten is gone from these
tables, and from the page over them, at once, see upkeep/forget.py.
"""

import dagster as dg

from resources.settings import Settings
from resources.store import Store
from tiktok_assets.corpus.catalog import build_catalog, forget_in_catalog
from tiktok_assets.corpus.page import build_corpus_page, forget_card
from tiktok_assets.corpus.sound_reuse import FINGERPRINT, build_sound_reuse, forget_sounds
from tiktok_assets.corpus.trend_analysis import build_trend_analysis, forget_trends
from tiktok_assets.factory import active


def build_corpus(settings: Settings) -> list[dg.AssetsDefinition]:
    """The page and the catalog over all videos, and the assets whose tables the settings leave on."""
    names = {spec.name for spec in active(settings)}
    sounds = [build_sound_reuse()] if FINGERPRINT in names else []
    return [build_corpus_page(), build_catalog(), *sounds, build_trend_analysis(names)]


def forget_video(store: Store, video: str) -> None:
    """Take a video out of every table over the corpus, out of its page and out of its catalog."""
    forget_sounds(store, video)
    forget_trends(store, video)
    forget_card(store, video)
    forget_in_catalog(store)
