"""One partition per video, named by its TikTok id or by the hash of its file."""

import dagster as dg

VIDEO_SET = "videos"
VIDEOS = dg.DynamicPartitionsDefinition(name=VIDEO_SET)
# What is missing for a new video is started by itself, unless a run, the command line's for one, is at it already.
ON_ARRIVAL = dg.AutomationCondition.on_missing() & ~dg.AutomationCondition.in_progress()
