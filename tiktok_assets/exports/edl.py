"""EDL (CMX 3600): the list of cuts that every editing program since the 1970s reads.

It knows one track, cuts, dissolves and wipes. A transition of another kind is written as a dissolve, which changes
nothing as it blends the video with itself; the remark beside it says what it is. It begins where the later picture
does: the clip with a transition starts at the transition's first frame.
"""

from tiktok_assets.exports.model import Join, Timeline

REEL = "AX"  # of a file, rather than a tape
WIPES = {"wipe_left": "W101", "wipe_right": "W001", "wipe_down": "W002", "wipe_up": "W102"}  # SMPTE 258M's numbers


def write_edl(timeline: Timeline) -> str:
    """The file's text."""
    rate = timeline.rate
    mode = "DROP FRAME" if rate.is_drop else "NON-DROP FRAME"
    lines = [f"TITLE: {timeline.title}", f"FCM: {mode}", ""]
    joins = {join.cut: join for join in timeline.joins}
    starts = [joins[clip.start].start if clip.start in joins else clip.start for clip in timeline.clips]
    file = timeline.media.rsplit("/", 1)[-1]
    for number, (clip, start, end) in enumerate(
        zip(timeline.clips, starts, [*starts[1:], timeline.length], strict=True), 1
    ):
        times = " ".join([rate.timecode(start), rate.timecode(end)] * 2)
        if join := joins.get(clip.start):
            none = " ".join([rate.timecode(start)] * 4)
            lines.append(f"{number:03d}  {REEL:8} V     C        {none}")
            lines.append(f"{number:03d}  {REEL:8} V     {_wipe(join):4} {join.length:03d} {times}")
            lines += [f"* FROM CLIP NAME: {file}", f"* TO CLIP NAME: {file}", f"* TRANSITION: {join.kind}"]
        else:
            lines += [f"{number:03d}  {REEL:8} V     C        {times}", f"* FROM CLIP NAME: {file}"]
        lines.append(f"* FROM FILE: {timeline.media}")
        for marker in timeline.markers:
            if start <= marker.start < end:
                lines.append(f"* LOC: {rate.timecode(marker.start)} {marker.colour:7} {marker.name}")
        lines.append("")
    return "\n".join(lines)


def _wipe(join: Join) -> str:
    return WIPES.get(join.kind, "D")
