"""EDL (CMX 3600): the list of cuts that every editing program since the 1970s reads.

It knows one track, cuts, dissolves and wipes. A transition of another kind is written as a dissolve, which changes
nothing as it blends the video with itself; the remark beside it says what it is. It begins where the later picture
does: the clip with a transition starts at the transition's first frame.

The number of a wipe is SMPTE 258M's, of which W3C's table of transitions tells
(https://www.w3.org/TR/SMIL3/smil-transitions.html): 1 goes to the right, 2 downwards. It has none for the ways back, as
a switcher has a key for that (101 and 102 are irises), so these have the number of the way there, and a remark.
"""

from tiktok_assets.exports.model import Join, Timeline

REEL = "AX"  # of a file, rather than a tape
WIPES = {"wipe_right": "W001", "wipe_left": "W001", "wipe_down": "W002", "wipe_up": "W002"}
BACKWARDS = ("wipe_left", "wipe_up")
LONGEST = 999  # frames of a transition: the field has three digits


def write_edl(timeline: Timeline) -> str:
    """The file's text."""
    rate = timeline.rate
    mode = "DROP FRAME" if rate.is_drop else "NON-DROP FRAME"
    lines = [f"TITLE: {timeline.title}", f"FCM: {mode}", ""]
    joins = {join.cut: join for join in timeline.joins}
    starts = [joins[clip.start].start if clip.start in joins else clip.start for clip in timeline.clips]
    file = timeline.media_name
    for number, (clip, start, end) in enumerate(
        zip(timeline.clips, starts, [*starts[1:], timeline.length], strict=True), 1
    ):
        times = " ".join([rate.timecode(start), rate.timecode(end)] * 2)
        if join := joins.get(clip.start):
            none = " ".join([rate.timecode(start)] * 4)
            lines.append(f"{number:03d}  {REEL:8} V     C        {none}")
            lines.append(f"{number:03d}  {REEL:8} V     {_code(join):4} {min(join.length, LONGEST):03d} {times}")
            lines += [f"* FROM CLIP NAME: {file}", f"* TO CLIP NAME: {file}", f"* TRANSITION: {_remark(join)}"]
        else:
            lines += [f"{number:03d}  {REEL:8} V     C        {times}", f"* FROM CLIP NAME: {file}"]
        lines.append(f"* FROM FILE: {timeline.media}")
        for marker in timeline.markers:
            if start <= marker.start < end:
                lines.append(f"* LOC: {rate.timecode(marker.start)} {marker.colour:7} {marker.name}")
        lines.append("")
    return "\n".join(lines)


def _code(join: Join) -> str:
    return WIPES.get(join.kind, "D")


def _remark(join: Join) -> str:
    """What the line above cannot say."""
    if join.kind in BACKWARDS:
        return f"{join.kind}, {WIPES[join.kind]} reversed"
    return join.kind if join.kind in WIPES or join.kind == "dissolve" else f"{join.kind}, written as a dissolve"
