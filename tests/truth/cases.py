"""The suite's clips: each holds one thing to find, or the lack of it."""

from dataclasses import replace
from fractions import Fraction

from resources.render import (
    Chord,
    Clicks,
    Effect,
    Flat,
    Grade,
    Gradient,
    Hush,
    Move,
    Noise,
    Patches,
    Photo,
    PinkNoise,
    Shake,
    Shot,
    Sine,
    Sprite,
    Text,
    Transition,
    Video,
    uneven_times,
)
from resources.render.picture import Picture
from resources.render.transition import Change

SCENES = (
    Photo("cat"), Photo("china", 0.2), Photo("coffee"), Noise(11), Photo("bus"), Photo("flower"), Photo("motorcycle"),
    Photo("zidane", 0.7), Photo("rocket"), Noise(12, "#301028", "#e0a0c0"), Photo("astronaut", 0.3), Photo("hubble"),
    Photo("tissue"), Photo("hopper"), Photo("china", 0.9), Gradient("#f0c060", "#204080"), Photo("zidane", 0.1),
)  # fmt: skip
WORDLESS = (  # no lettering in the picture itself, as there is on the bus, the motorcycle and the name tags
    Photo("cat"), Photo("china", 0.2), Photo("coffee"), Noise(11), Photo("flower"), Photo("rocket"), Photo("hubble"),
    Photo("tissue"), Gradient("#f0c060", "#204080"), Photo("china", 0.9), Noise(12, "#301028", "#e0a0c0"),
)  # fmt: skip
CUT_LENGTHS = (  # in frames; a third of them are the 3-frame shots of a fast edit
    20, 3, 25, 3, 3, 18, 30, 12, 15, 3, 22, 8, 6, 28, 10, 3, 3, 3, 24, 14, 16, 5, 20, 9, 26, 12, 3, 18, 30, 11, 3, 20,
)  # fmt: skip
DRIFTS = ((), (Move(0, 2, x=0.2),), (), (Move(0, 2, zoom=1.15),))
CHANGES: tuple[Change, ...] = (
    "dissolve", "fade_black", "wipe_left", "slide_up", "fade_white", "zoom", "wipe_down", "whip", "dissolve",
    "slide_left", "wipe_right", "fade_black", "slide_right", "wipe_up", "slide_down", "fade_white",
)  # fmt: skip
CHANGE_S = {"whip": 0.3, "zoom": 0.4, "slide": 0.4}
CRFS = (18, 28, 35)


def small(*shots: Shot, **more: object) -> Video:
    """576x1024, as TikTok serves it."""
    return Video(shots, width=576, height=1024, **more)  # pyright: ignore[reportArgumentType]


def edited(
    lengths: tuple[int, ...], fps: int | Fraction = 30, first: int = 0, scenes: tuple[Picture, ...] = SCENES
) -> Video:
    """Hard cuts only, some of them between shots that move."""
    shots = [
        Shot(scenes[(first + i) % len(scenes)], float(n / fps), moves=DRIFTS[i % len(DRIFTS)])
        for i, n in enumerate(lengths)
    ]
    return small(*shots, fps=fps)


def blended() -> Video:
    """Every kind of transition, between shots of 1.2 s."""
    shots = [Shot(SCENES[0], 1.2)]
    for i, kind in enumerate(CHANGES):
        seconds = CHANGE_S.get(kind.split("_")[0], 0.6)
        shots.append(Shot(SCENES[(3 * i + 1) % len(SCENES)], 1.2, enter=Transition(kind, seconds)))
    return small(*shots)


CUTS = {
    "hard cuts": edited(CUT_LENGTHS),
    "hard cuts, 24 fps": edited(CUT_LENGTHS[:12], 24, first=3),
    "hard cuts, 29.97 fps": edited(CUT_LENGTHS[8:20], Fraction(30000, 1001), first=5),
    "hard cuts, 60 fps": replace(edited((40, 6, 50, 24, 30, 16, 44), 60, first=7), width=1080, height=1920),
    "hard cuts, uneven times": replace(edited((30, 24, 36, 20, 40, 28), first=9), times_s=uneven_times(5.9)),
    "transitions": blended(),
}
UNCUT = {
    "flash": small(Shot(Photo("cat"), 2.0), effects=(Effect("flash", 1.0, 1.07),)),
    "soft flash": small(Shot(Photo("bus"), 2.0), effects=(Effect("flash", 0.9, 1.1, 0.7),)),
    "strobe": small(Shot(Photo("coffee"), 2.5), effects=(Effect("strobe", 0.5, 2.0, 0.9, hz=8),)),
    "whip pan": small(Shot(Photo("bus"), 2.0, moves=(Move(0.8, 0.3, x=1.5, ease="smooth"),), shutter=0.5)),
    "text pop": small(
        Shot(Photo("flower"), 2.5),
        texts=(
            Text("NO WAY", 0.5, 1.2, size=0.2, stroke_hex="#000000", entrance="pop"),
            Text("WATCH\nTHIS", 1.2, 2.0, size=0.25, box_hex="#fe2c55"),
        ),
    ),
    "picture in picture pop": small(
        Shot(Photo("china"), 2.5),
        sprites=(Sprite("rectangle", 0.8, 1.8, x=0.5, y=0.35, w=0.6, h=0.6, look=Photo("cat")),),
    ),
    "exposure step": small(Shot(Photo("motorcycle"), 2.0), effects=(Effect("darken", 1.0, 2.0, 0.35),)),
    "crossing object": small(
        Shot(Photo("coffee"), 2.5), sprites=(Sprite("circle", 0.5, 2.0, x=-0.3, w=0.6, h=0.6, speed=(1.2, 0)),)
    ),
    "handheld": small(Shot(Photo("zidane"), 2.5, shake=Shake(3.0, 0.02))),
}
ROAD = Photo("bus")
CAMERA = {
    "pan": small(Shot(Noise(21), 3.0, moves=(Move(0, 3, x=0.6),))),
    "pan, photograph": small(Shot(Photo("china"), 3.0, moves=(Move(0, 3, x=-0.6),))),
    "tilt": small(Shot(Noise(22), 3.0, moves=(Move(0, 3, y=0.6),))),
    "zoom": small(Shot(Noise(23), 3.0, moves=(Move(0, 3, zoom=1.1**3),))),
    "roll": small(Shot(Noise(24), 3.0, moves=(Move(0, 3, roll_deg=18),))),
    "shake": small(Shot(Noise(25), 4.0, shake=Shake(4.0, 0.01))),
    "moves": small(
        Shot(
            ROAD,
            7.0,
            moves=(Move(0, 1.5, x=0.3), Move(2.5, 1.5, y=-0.3), Move(5.0, 1.5, zoom=1.3)),
        ),
    ),
    "static, moving foreground": small(
        Shot(ROAD, 3.0),
        sprites=(
            Sprite("circle", 0, 3, x=0.1, y=0.35, w=0.3, h=0.3, speed=(0.25, 0.0)),
            Sprite("rectangle", 0, 3, x=0.8, y=0.8, w=0.25, h=0.35, speed=(-0.15, -0.05), look=Photo("zidane", 0.7)),
        ),
    ),
    "static": small(Shot(Photo("coffee"), 2.0)),
}
PALETTE = (("#c83c3c", 0.4), ("#3c64c8", 0.25), ("#e6c83c", 0.2), ("#3c9650", 0.15))
WARM = Grade(gain=(1.12, 1.0, 0.84))
TEAL = Grade((0.8, 1.0, 1.2), 0.04)
GRADED = (("zidane", None), ("coffee", None), ("zidane", TEAL), ("coffee", TEAL), ("zidane", None), ("flower", None))
FLATS = ("#c04020", "#2060c0", "#40a040", "#e0b090", "#808080")
COLOUR = {
    **{f"flat {colour}": small(Shot(Flat(colour), 1.0)) for colour in FLATS},
    "palette": small(Shot(Patches(PALETTE), 1.5)),
    "warm shift": small(Shot(Photo("zidane"), 1.0), Shot(Photo("coffee"), 1.0), Shot(Photo("zidane"), 1.0, grade=WARM)),
    "no shift": small(Shot(Photo("zidane"), 1.0), Shot(Photo("coffee"), 1.0), Shot(Photo("zidane"), 1.0)),
    "two grades": small(*(Shot(Photo(name), 0.8, grade=grade) for name, grade in GRADED)),
    "one grade": small(*(Shot(Photo(name), 0.8) for name, _ in GRADED)),
    "black and white": small(Shot(Photo("flower"), 1.0, grade=Grade(saturation=0))),
}


def heard(*sound: object, seconds: float = 8.0) -> Video:
    """A sound track under a picture that costs nothing."""
    return Video((Shot(Flat("#305070"), seconds),), sound=sound, width=64, height=112, fps=10)  # pyright: ignore[reportArgumentType]


SOUND = {
    "clicks 120": heard(Clicks(120)),
    "clicks 90": heard(Clicks(90, first_s=0.2)),
    "clicks 150": heard(Clicks(150, first_s=0.1)),
    "clicks 100, noise": heard(Clicks(100, level_db=-9), PinkNoise(-30)),
    "noise -14": heard(PinkNoise(-14, is_wide=True), seconds=6),
    "noise -30": heard(PinkNoise(-30), seconds=6),
    "sine 440": heard(Sine(440, level_db=-6), seconds=4),
    "sine left and right": heard(Sine(440, level_db=-12, side="opposite"), seconds=3),
    **{
        f"chord {root} {mode}": heard(Chord(root, mode), seconds=4)
        for root, mode in (("C", "major"), ("A", "minor"), ("F#", "major"), ("D", "minor"))
    },
    "bursts": heard(*(Sine(600, at, at + 0.12, -8) for at in (0.5, 1.1, 1.9, 2.3, 3.2)), seconds=4),
    "clipping": heard(Sine(220, level_db=8), seconds=3),
    "silence": heard(Hush(), seconds=4),
    "no sound": heard(seconds=2),
}
STREET = Photo("bus")
TEXT = {
    "stroke": small(
        Shot(Photo("coffee"), 3.0),
        texts=(
            Text("This is my day", 0.5, 2.5, y=0.25, stroke_hex="#000000"),
            Text("Schöne Grüße!", 1.0, 2.0, y=0.7, fill_hex="#fff04a", stroke_hex="#7a1fa2"),
        ),
    ),
    "box": small(
        Shot(Noise(31), 3.0, moves=(Move(0, 3, x=0.3),)),
        texts=(
            Text("Follow for part 2", 0.4, 2.2, y=0.3, box_hex="#fe2c55"),
            Text("50% off today", 1.0, 2.6, y=0.75, fill_hex="#111111", box_hex="#ffffff", size=0.06),
        ),
    ),
    "two lines": small(
        Shot(Photo("flower"), 2.5), texts=(Text("wait for\nthe end", 0.5, 2.0, stroke_hex="#000000", size=0.09),)
    ),
    "changing": small(
        Shot(Photo("cat"), 3.0),
        texts=(
            Text("step one: mix", 0.25, 1.5, y=0.7, box_hex="#000000", box_alpha=0.6),
            Text("step two: bake", 1.5, 2.75, y=0.7, box_hex="#000000", box_alpha=0.6),
        ),
    ),
    "moving": small(
        Shot(Photo("cat"), 3.0),
        texts=(Text("catch me now", 0.5, 2.5, x=0.35, y=0.4, stroke_hex="#000000", drift=(0.1, 0.15)),),
    ),
    "over cuts": small(
        Shot(Photo("cat"), 1.0),
        Shot(Noise(32), 1.0),
        Shot(Photo("flower"), 1.0),
        texts=(Text("one caption", 0.5, 2.5, y=0.7, stroke_hex="#000000"),),
    ),
    "fade": small(
        Shot(Noise(33), 2.5),
        texts=(Text("slowly here", 0.5, 2.2, stroke_hex="#000000", entrance="fade", exit="fade", entrance_s=0.5),),
    ),
    "pop": small(
        Shot(Noise(34), 2.5), texts=(Text("big news", 0.5, 2.2, box_hex="#fe2c55", entrance="pop", entrance_s=0.3),)
    ),
    "slide": small(
        Shot(Noise(35), 2.5),
        texts=(Text("from below", 0.5, 2.2, stroke_hex="#000000", entrance="slide", entrance_s=0.4),),
    ),
    "typewriter": small(
        Shot(Noise(36), 3.5),
        texts=(Text("letter by letter", 0.5, 3.2, stroke_hex="#000000", entrance="typewriter", entrance_s=1.5),),
    ),
    "small, large picture": Video(
        (Shot(Photo("coffee"), 2.0),),
        texts=(Text("@some_user.42", 0.3, 1.7, y=0.9, size=0.04),),
        width=1080,
        height=1920,
    ),
}
TEXTLESS = {
    "no text, noise": small(Shot(Noise(41), 2.0, moves=(Move(0, 2, x=0.2),))),
    "no text, photographs": small(
        Shot(Photo("coffee"), 0.6), Shot(Photo("flower"), 0.6), Shot(Photo("tissue"), 0.6), Shot(Photo("hubble"), 0.6)
    ),
    "no text, stripes": small(Shot(Patches(PALETTE), 1.0), sprites=(Sprite("rectangle", 0, 1, w=0.5, h=0.02),)),
}
PACING = {
    "pacing": replace(
        edited((15, 15, 20, 10, 45, 15, 30, 6, 6, 18, 30), scenes=WORDLESS),
        texts=(
            Text("three short words", 0.5, 1.75, y=0.3, stroke_hex="#000000"),
            Text("now two", 3.25, 5.5, y=0.7, box_hex="#fe2c55"),
        ),
        sound=(PinkNoise(-20, 0, 3), PinkNoise(-40, 3, None, seed=2)),
    ),
    "pacing, nothing happens": small(Shot(Photo("coffee"), 3.0)),
}
CLIPS = CUTS | UNCUT | CAMERA | COLOUR | SOUND | TEXT | TEXTLESS | PACING
