"""Where the pages of results are: what an operator clicks on in the Dagster UI."""

import os

import dagster as dg

API = "http://127.0.0.1:8003"  # where `serve` answers unless told otherwise; TIKTOK_API names another address


def result_link(video: str) -> dg.UrlMetadataValue:
    """The page of one video."""
    return dg.MetadataValue.url(f"{_api()}/results/{video}")


def corpus_link() -> dg.UrlMetadataValue:
    """The page over all videos."""
    return dg.MetadataValue.url(f"{_api()}/corpus")


def _api() -> str:
    return (os.environ.get("TIKTOK_API") or API).rstrip("/")
