"""What a CapCut draft holds of a timeline, and the README that says so, and what is not sure about it."""

from tiktok_assets.exports.model import Join, Speed, Timeline

BESIDE = "Resources"  # folder of the draft, in which the video is looked for unless told otherwise
SLOWEST, FASTEST = 0.1, 100.0  # speeds that CapCut has
README = """{title}
A CapCut draft, made from the analysis of a finished video. EXPERIMENTAL.

How to open it
1. Close CapCut. Unpack this folder into CapCut's drafts:
     Windows  %LOCALAPPDATA%\\CapCut\\User Data\\Projects\\com.lveditor.draft
     macOS    ~/Movies/CapCut/User Data/Projects/com.lveditor.draft
2. {media}
3. Start CapCut. If the draft is not listed, or refused: make an empty project in CapCut, close CapCut, and copy
   draft_content.json and draft_info.json over those of that project. If a clip is offline, link it to the video.

What was verified
  Such drafts were read back in tests: clips begin at the shots' frames, texts are those of the analysis, every id that
  is referred to is there, all times are whole microseconds, nothing overlaps on a track.
What was NOT verified
  No CapCut has opened this draft. The format is not documented; it follows what others found in drafts of CapCut 6
  to 9. CapCut 10 is said to refuse drafts that it did not write. Sizes of texts and widths of outlines are estimates.
For certain, use the files beside it: OpenTimelineIO, EDL, FCPXML, XML (Premiere), SRT, ASS.

What is in it
  Main track: {n_clips} shots, with the video's own sound at its own volume.
  Hidden, as the picture shows it already: {n_texts} texts, {n_speeds} stretches at another speed.
{left_out}"""
LEFT_OUT = "Found in the video, and not in the draft (transitions without a plain counterpart, stills, reverses)"
UNEVEN = "The video's frame times are uneven; every moment lies on the nearest frame of the nominal rate."


def plain_joins(timeline: Timeline) -> list[Join]:
    """Transitions that CapCut has and that change nothing where the video is laid over itself."""
    return [join for join in timeline.joins if join.kind == "dissolve"]


def told_speeds(timeline: Timeline) -> list[Speed]:
    """Stretches at a speed that CapCut has, as far as the video is long enough for them."""
    return [
        speed
        for speed in timeline.speeds
        if speed.op == "speed"
        and SLOWEST <= (speed.factor or 0) <= FASTEST
        and speed.length * (speed.factor or 0) <= timeline.length
    ]


def readme(timeline: Timeline) -> str:
    """The text that lies in the folder."""
    if timeline.is_media_absolute:
        media = f"The draft looks for the video at: {timeline.media}"
    else:
        media = (
            f"Put a copy of the video ({timeline.media_name}) into a folder {BESIDE} beside this file, or export anew\n"
            "   with its full path: export ID --to capcut --media PATH"
        )
    missing = _left_out(timeline)
    return README.format(
        title=timeline.title,
        media=media,
        n_clips=len(timeline.clips),
        n_texts=len(timeline.texts),
        n_speeds=len(told_speeds(timeline)),
        left_out="".join(f"{line}\n" for line in [*([LEFT_OUT] if missing else []), *missing])
        + (f"{UNEVEN}\n" if timeline.is_vfr else ""),
    )


def _left_out(timeline: Timeline) -> list[str]:
    """Each with the timecode that it has in every other format."""
    joins, speeds = plain_joins(timeline), told_speeds(timeline)
    missing = [(join, join.kind) for join in timeline.joins if join not in joins]
    missing += [(speed, _named(speed)) for speed in timeline.speeds if speed not in speeds]
    return [f"  {timeline.rate.timecode(span.start)}  {what}, {span.length} frames" for span, what in missing]


def _named(speed: Speed) -> str:
    return f"{speed.op} x {speed.factor:g}" if speed.op == "speed" and speed.factor else speed.op
