"""One partition per video, named by its TikTok id or by the hash of its file."""

import dagster as dg

VIDEO_SET = "videos"
VIDEOS = dg.DynamicPartitionsDefinition(name=VIDEO_SET)
