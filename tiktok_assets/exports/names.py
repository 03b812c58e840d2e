"""What the exports of a video are called: its id, and a suffix for each format."""

FOLDER = "exports"  # below the report's
SUFFIXES = {
    "otio": "otio",
    "edl": "edl",
    "fcpxml": "fcpxml",
    "xml": "xml",
    "srt": "srt",
    "vtt": "vtt",
    "ass": "ass",
    "csv": "csv.zip",
    "row": "csv",
    "capcut": "capcut.zip",  # experimental
}
FAILED = "failed.txt"  # suffix of the list of those that could not be made


def file_names(video: str) -> dict[str, str]:
    """The file of each format, within the folder of exports."""
    return {to: f"{video}.{suffix}" for to, suffix in SUFFIXES.items()}
