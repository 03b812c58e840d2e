"""The assets after the analyzers, by name, for those who depend on them."""

import dagster as dg

COVERAGE_KEY = dg.AssetKey(["report", "coverage"])
RECONSTRUCTION_KEY = dg.AssetKey(["report", "reconstruction"])
REPORT_KEY = dg.AssetKey(["report", "report"])
EXPORTS_KEY = dg.AssetKey(["report", "exports"])
PAGE_KEY = dg.AssetKey(["report", "page"])
VIDEOS_PER_RUN = 16  # differs from the analyzers': the daemon starts a batch of reports when their tables are there
