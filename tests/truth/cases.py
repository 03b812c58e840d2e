"""The suite's clips: each holds one thing to find, or the lack of it."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from resources.render import (
    Backwards,
    Chord,
    Clicks,
    Code,
    Dings,
    Effect,
    Fade,
    Flat,
    Grade,
    Gradient,
    Hush,
    Inset,
    Move,
    Noise,
    Patches,
    Photo,
    PinkNoise,
    Shake,
    Shot,
    Sine,
    Sprite,
    Sweep,
    Text,
    Transition,
    Video,
    uneven_times,
)
from resources.render.picture import Picture
from resources.render.transition import Change
from tests.truth.stickers import EMOJI, STICKERS

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
NTSC = Fraction(30000, 1001)


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


def blended(kinds: tuple[Change, ...] = CHANGES, fps: int = 30) -> Video:
    """Transitions between shots of 1.2 s."""
    shots = [Shot(SCENES[0], 1.2)]
    for i, kind in enumerate(kinds):
        seconds = CHANGE_S.get(kind.split("_")[0], 0.6)
        shots.append(Shot(SCENES[(3 * i + 1) % len(SCENES)], 1.2, enter=Transition(kind, seconds)))
    return small(*shots, fps=fps)


def at_night(name: str, seconds: float, light: float = 0.1) -> Shot:
    return Shot(Photo(name), seconds, grade=Grade(gain=(light, light, light)))


CUTS = {
    "hard cuts": edited(CUT_LENGTHS),
    "hard cuts, 24 fps": edited(CUT_LENGTHS[:12], 24, first=3),
    "hard cuts, 29.97 fps": edited(CUT_LENGTHS[8:20], Fraction(30000, 1001), first=5),
    "hard cuts, 60 fps": replace(edited((40, 6, 50, 24, 30, 16, 44), 60, first=7), width=1080, height=1920),
    "hard cuts, uneven times": replace(edited((30, 24, 36, 20, 40, 28), first=9), times_s=uneven_times(5.9)),
    "hard cuts, dark and black shots": small(
        Shot(Photo("cat"), 0.6),
        at_night("coffee", 0.8),
        Shot(Photo("flower"), 0.6),
        Shot(Flat("#000000"), 0.4),
        Shot(Photo("rocket"), 0.6),
        at_night("zidane", 0.2, 0.2),
        Shot(Photo("bus"), 0.6, moves=(Move(0, 1, x=0.2),)),
        Shot(Flat("#000000"), 0.8),
        Shot(Photo("china"), 0.6),
    ),
    "transitions": blended(),
    "transitions, 24 fps": blended(("fade_black", "slide_left", "dissolve", "zoom"), 24),
    "transitions, 60 fps": blended(("wipe_up", "fade_white", "whip", "fade_black"), 60),
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
UNCUT |= {
    "flash, 24 fps": replace(UNCUT["flash"], fps=24),
    "strobe, 60 fps": replace(UNCUT["strobe"], fps=60),
    "whip pan, 29.97 fps": replace(UNCUT["whip pan"], fps=Fraction(30000, 1001)),
    "text pop, uneven times": replace(UNCUT["text pop"], times_s=uneven_times(2.5)),
    "picture in picture pop, 60 fps": replace(UNCUT["picture in picture pop"], fps=60),
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
CAMERA |= {
    "pan, 24 fps": replace(CAMERA["pan"], fps=24),
    "zoom, 60 fps": replace(CAMERA["zoom"], fps=60),
    "roll, uneven times": replace(CAMERA["roll"], times_s=uneven_times(3.0)),
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
SPOKEN_S = (0.6, 0.85, 1.1, 1.4, 1.6)
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
    "words lit": small(
        Shot(Noise(37), 2.4, moves=(Move(0, 2.4, x=0.2),)),
        texts=(
            Text("when it comes so fast", 0.4, 2.1, y=0.3, stroke_hex="#000000", words_s=SPOKEN_S, lit_hex="#ffe000"),
            Text(
                "we made it\nin time",
                0.4,
                2.1,
                y=0.7,
                stroke_hex="#000000",
                words_s=SPOKEN_S,
                lit_hex="#2ee05c",
                is_lit_alone=True,
            ),
        ),
    ),
    "words that appear, 24 fps": small(
        Shot(Photo("cat"), 2.4),
        texts=(Text("we made it\njust in time", 0.4, 2.1, y=0.7, stroke_hex="#000000", words_s=(0.4, *SPOKEN_S)),),
        fps=24,
    ),
    "one word at a time": small(
        Shot(Photo("cat"), 2.2, moves=(Move(0, 2.2, x=0.2),)),
        texts=tuple(
            Text(word, 0.3 + 0.34 * i, 0.64 + 0.34 * i, y=0.6, size=0.11, stroke_hex="#000000")
            for i, word in enumerate(("you", "make", "perfect", "coffee", "now"))
        ),
    ),
    "lists, 29.97 fps": small(
        Shot(Photo("flower"), 2.8),
        texts=(
            Text("3 Tipps für mehr Energie", 0.3, 2.5, y=0.2, size=0.06, stroke_hex="#000000"),
            Text("1. Früh aufstehen", 0.8, 2.5, y=0.4, size=0.06, box_hex="#fe2c55"),
            Text("2. Kalt duschen", 1.4, 2.5, y=0.5, size=0.06, box_hex="#fe2c55"),
        ),
        fps=Fraction(30000, 1001),
    ),
    "two lines in a box": small(
        Shot(Noise(38), 2.4, moves=(Move(0, 2.4, zoom=1.2),)),
        texts=(
            Text(
                "POV: du wachst auf\nund es ist Montag",
                0.4,
                2.0,
                y=0.25,
                size=0.06,
                fill_hex="#111111",
                box_hex="#ffffff",
            ),
        ),
    ),
    "uneven times": replace(
        small(
            Shot(Noise(39), 2.5),
            texts=(
                Text("Größe 38 für 19,99 €", 0.4, 2.1, y=0.3, stroke_hex="#000000", entrance="fade"),
                Text("@mein_name", 0.9, 2.3, y=0.85, size=0.05),
            ),
        ),
        times_s=uneven_times(2.5),
    ),
    "even slide, 60 fps": replace(
        small(
            Shot(Noise(40), 2.0),
            texts=(
                Text("evenly", 0.5, 1.7, y=0.3, stroke_hex="#000000", entrance="slide", entrance_s=0.45, ease="linear"),
                Text(
                    "slowly first",
                    0.5,
                    1.7,
                    y=0.6,
                    size=0.09,
                    stroke_hex="#000000",
                    entrance="slide",
                    entrance_s=0.45,
                    ease="in",
                ),
            ),
            fps=60,
        ),
    ),
    "bouncing": small(
        Shot(Noise(41), 2.2),
        texts=(
            Text(
                "best day ever",
                0.5,
                1.9,
                size=0.09,
                box_hex="#fe2c55",
                entrance="pop",
                entrance_s=0.45,
                ease="overshoot",
            ),
        ),
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


def blurred(sigma_px: float) -> Video:
    return small(Shot(Photo("bus"), 0.5), effects=(Effect("blur", 0, 1, sigma_px / 5.76),) if sigma_px else (), fps=10)


def grainy(sigma: float, crf: int) -> Video:
    return small(Shot(Photo("coffee"), 0.5), effects=(Effect("grain", 0, 1, sigma / 255),), fps=10, crf=crf)


BLURS, GRAINS = (0, 0.5, 1, 2, 3, 4), (0, 2, 4, 8, 16)
COMPRESSIONS = (18, 23, 28, 33, 38, 45)
QUALITY = {f"blur {sigma}": blurred(sigma) for sigma in BLURS}
OWN_QUALITY = {  # written as their descriptions say, not at each of CRFS
    **{f"grain {sigma}, hardly compressed": grainy(sigma, crf=1) for sigma in GRAINS},
    **{f"grain {sigma}, CRF 28": grainy(sigma, crf=28) for sigma in GRAINS},
    **{
        f"{name}, CRF {crf}": small(Shot(Photo(name), 0.5, moves=(Move(0, 0.5, x=0.05),)), fps=10, crf=crf)
        for name in ("cat", "bus")
        for crf in COMPRESSIONS
    },
}


def with_disc(ground: Picture, look: Picture, x: float, y: float) -> Video:
    return small(Shot(ground, 0.5), sprites=(Sprite("circle", 0, 1, x=x, y=y, w=0.25, h=0.25, look=look),), fps=10)


SHORE = Patches((("#90b0e0", 0.55), ("#305030", 0.45)))
COMPOSED = {
    "disc on a third": with_disc(Noise(51), Photo("cat"), 2 / 3, 1 / 3),
    "disc in the middle": with_disc(Gradient("#f0c060", "#204080"), Flat("#303030"), 0.5, 0.5),
    "horizon 5": small(Shot(SHORE, 0.5, moves=(Move(0, 0, roll_deg=-5),)), fps=10),
    "neither subject nor horizon": small(Shot(Noise(52), 0.5), fps=10),
}


def retimed(shot: Shot, order: Iterable[int], fps: int | Fraction = 30, **more: object) -> Video:
    """A shot whose frames are shown in this order: again, not at all, backwards."""
    return small(shot, fps=fps, moments_s=tuple(float(i / Fraction(fps)) for i in order), **more)


def walking(seconds: float) -> Shot:
    return Shot(Photo("china"), seconds, shake=Shake(1.0, 0.015), moves=(Move(0, seconds, x=0.15 * seconds),))


def panning(seconds: float) -> Shot:
    return Shot(ROAD, seconds, moves=(Move(0, seconds, x=0.2 * seconds),))


ROLLING = (Sprite("circle", 0, 3, x=0.2, w=0.25, h=0.25, speed=(0.2, 0.0), look=Photo("cat")),)
REPEATED = {
    "repeats": retimed(panning(2), [*range(20), 19, *range(21, 40), 39, 39, *range(42, 60)]),
    "repeats, 24 fps": retimed(walking(3), [*range(13), 12, *range(13, 30), 29, *range(30, 50)], 24),
    "repeats, 29.97 fps, still camera": retimed(
        Shot(Photo("coffee"), 2), [*range(25), 24, 24, *range(27, 60)], Fraction(30000, 1001), sprites=ROLLING
    ),
    "repeats, 24 pictures in 30 frames": retimed(walking(2), [i * 4 // 5 for i in range(2, 70)]),
    "repeats, 30 pictures in 60 frames": retimed(panning(2), [i // 2 * 2 for i in range(1, 109)], 60),
}
MISSING = {
    "missing": retimed(panning(3), [*range(20), *range(21, 40), *range(42, 60)]),
    "missing, 60 fps": retimed(walking(3), [*range(40), *range(41, 70), *range(72, 110)], 60),
}
FROZEN = {
    "freeze": retimed(panning(3), [*range(20), *[20] * 24, *range(44, 60)]),
    "freeze, 24 fps": retimed(walking(3), [*range(15), *[15] * 12, *range(16, 40)], 24),
    "freeze, 60 fps, still camera": retimed(
        Shot(Photo("coffee"), 2), [*range(40), *[40] * 30, *range(70, 110)], 60, sprites=ROLLING
    ),
    "slide show": small(Shot(Photo("cat"), 1.2), Shot(Photo("flower"), 1.0), Shot(Photo("rocket"), 1.2)),
}
BROKEN = {
    "still camera, grain": small(Shot(Photo("bus"), 2.5), effects=(Effect("grain", 0, 3, 0.03),)),
    "torn frames": small(panning(2), effects=(Effect("tear", 0.6, 0.633, 0.2), Effect("tear", 1.2, 1.265, 0.2))),
}


def swinging(seconds: float, *sound: object) -> Video:
    """The camera is back after every second."""
    return small(Shot(Photo("bus"), seconds, shake=Shake(1.0, 0.03)), sound=sound)


LOOPING = {
    "loop, swing": swinging(2.0, Sine(440)),
    "loop, there and back": retimed(panning(2), [*range(30), *range(30, 0, -1)]),
    "loop, back to the first shot": small(
        Shot(Photo("cat"), 0.7), Shot(Photo("coffee"), 0.8), Shot(Photo("cat"), 0.5), sound=(Clicks(120),)
    ),
    "broken off, half a swing": swinging(1.5, Sine(440)),
    "broken off, pan": small(panning(2)),
    "broken off, two shots": small(Shot(Photo("flower"), 1.0), Shot(Photo("rocket"), 1.0), sound=(Clicks(120),)),
}
SOUNDING = {
    "loop, steady noise": swinging(2.0, PinkNoise(-20)),
    "broken off, sweep": swinging(2.0, Sweep(200, 8000)),
    "broken off, faded out": swinging(2.0, PinkNoise(-20), Fade(1.2, 2.0, 0, -60)),
}


def seen(name: str, *moves: Move) -> Shot:
    return Shot(Photo(name), 0.8, moves=moves)


PLACES = {
    "two places in turn": small(
        seen("cat"), seen("rocket", Move(0, 1, x=0.1)), seen("cat", Move(0, 0, zoom=1.2)), seen("rocket")
    ),
    "three places, one twice": small(
        seen("coffee"), seen("flower"), seen("tissue", Move(0, 1, zoom=1.1)), seen("coffee")
    ),
    "one place, jump cuts": small(
        seen("bus"), seen("bus", Move(0, 0, x=0.1, zoom=1.25)), seen("bus", Move(0, 0, zoom=1.5)), seen("bus")
    ),
    "one place, one shot": small(seen("zidane", Move(0, 1, x=0.2))),
}


def at_speeds(shot: Shot, *stretches: tuple[int, float], fps: int = 30, **more: object) -> Video:
    """A shot of which so many frames run at such a speed, one stretch after the other."""
    steps = [speed for count, speed in stretches for _ in range(count)]
    moments = [sum(steps[:i]) / fps for i in range(len(steps))]
    return small(shot, fps=fps, moments_s=tuple(moments), **more)


PASSING = (
    Sprite("circle", 0, 4, x=0.1, w=0.25, h=0.25, speed=(0.2, 0.0), look=Photo("cat")),
    Sprite("rectangle", 0, 4, x=0.9, y=0.8, w=0.3, h=0.2, speed=(-0.15, -0.1), look=Photo("flower")),
)
SPEEDS = {
    "twice, then half as fast": at_speeds(panning(4), (40, 1), (20, 2), (24, 0.5)),
    "three times as fast, 60 fps": at_speeds(panning(4), (60, 1), (30, 3), (20, 1), fps=60),
    "half as fast, 24 fps, things that pass": at_speeds(
        Shot(Photo("coffee"), 4), (30, 1), (24, 0.5), fps=24, sprites=PASSING
    ),
    "half as fast, walking": at_speeds(walking(4), (45, 1), (30, 0.5)),
}
STRUCK = (Dings(), PinkNoise(-45))
BACKWARDS = {
    "backwards, seen and heard": retimed(panning(4.5), range(134, -1, -1), sound=(*STRUCK, Backwards())),
    "backwards, heard, 60 fps": retimed(walking(2.5), range(149, -1, -1), 60, sound=(*STRUCK, Backwards())),
}
FORWARDS = {
    "forwards, heard": small(panning(3), sound=STRUCK),
    "forwards, noise": small(panning(3), sound=(PinkNoise(-20),)),
}
EDITING = REPEATED | MISSING | FROZEN | BROKEN | LOOPING | SOUNDING | PLACES | SPEEDS | BACKWARDS | FORWARDS


def panned(scene: Picture, width: int = 576, height: int = 1024, pan: float = 0.2) -> Video:
    return Video((Shot(scene, 1.5, moves=(Move(0, 1.5, x=pan),)),), width=width, height=height, fps=10)


def composed(base: Video, *insets: Inset) -> Video:
    return replace(base, insets=insets)


EFFECTS = {
    "effects: lights": small(
        walking(5.0),
        effects=(
            Effect("fade_in", 0, 0.5),
            Effect("flash", 1.0, 1.07, 0.8),
            Effect("flash", 2.0, 2.2, 0.5),
            Effect("strobe", 2.8, 3.8, 0.9, hz=8),
            Effect("fade_out", 4.4, 5.0),
        ),
    ),
    "effects: looks": small(
        panning(4.5),
        effects=(
            Effect("invert", 0.5, 1.0),
            Effect("bw", 1.3, 1.9),
            Effect("split", 2.2, 2.7, 0.02),
            Effect("mirror", 3.0, 3.5),
            Effect("blur", 3.8, 4.2, 1.5),
        ),
    ),
    "effects: shake and vignette": small(
        walking(4.0), effects=(Effect("shake", 1.0, 1.6, 0.02, hz=10), Effect("vignette", 2.4, 3.2, 0.6))
    ),
    "effects: freeze": retimed(walking(3), [*range(30), *[30] * 20, *range(50, 80)], sprites=ROLLING),
}


LAYOUTS = {
    "duet, side by side": composed(panned(Photo("bus")), Inset(panned(Photo("zidane"), 288, pan=-0.2), 0.5, 0)),
    "duet, one above the other": composed(panned(Photo("bus")), Inset(panned(Photo("coffee"), 576, 512, -0.2), 0, 0.5)),
    "inset": composed(panned(Photo("china")), Inset(panned(Photo("zidane"), 200, 240, -0.2), 0.5, 0.125)),
    "four parts": composed(
        panned(Photo("bus")),
        Inset(panned(Photo("china"), 288, 512, -0.1), 0.5, 0),
        Inset(panned(Photo("coffee"), 288, 512, -0.2), 0, 0.5),
        Inset(panned(Photo("cat"), 288, 512, 0.3), 0.5, 0.5),
    ),
    "black bars": replace(panned(Photo("motorcycle")), letterbox=0.25),
    "blurred bars": composed(
        replace(panned(Photo("cat"), pan=0.1), effects=(Effect("blur", 0, 9, 4),)),
        Inset(panned(Photo("cat"), 576, 320, 0.1), 0, 352 / 1024),
    ),
}
UNDIVIDED = {
    "level edge of a table": small(
        Shot(Patches((("#90b0a0", 0.5), ("#704020", 0.5))), 1.5),
        fps=10,
        sprites=(
            Sprite("circle", 0, 9, x=0.2, y=0.35, w=0.4, h=0.4, speed=(0.3, 0), look=Photo("cat")),
            Sprite("circle", 0, 9, x=0.6, y=0.72, w=0.2, h=0.2, speed=(-0.1, 0), look=Photo("coffee")),
        ),
    ),
}


def logo(start_s: float, end_s: float, x: float, y: float) -> tuple[Sprite, ...]:
    """A ring and a dot, as large as an app's."""
    sizes = ((0.11, "#f0f0f0"), (0.075, "#fe2c55"), (0.03, "#f0f0f0"))
    return tuple(Sprite("circle", start_s, end_s, x=x, y=y, w=w, h=w, look=Flat(colour)) for w, colour in sizes)


JUMPS_S = 3.3
MARKED = {
    "mark: jumping logo": small(
        Shot(ROAD, 6.0, moves=(Move(0, 6, x=0.9, y=0.2),)),
        sprites=(*logo(0, JUMPS_S, 0.12, 0.07), *logo(JUMPS_S, 6, 0.86, 0.9)),
        fps=10,
    ),
    "mark: logo in a corner": small(
        Shot(Photo("cat"), 2.0, moves=(Move(0, 2, x=0.3),)),
        Shot(Photo("coffee"), 3.0, moves=(Move(0, 3, x=-0.4, zoom=1.2),)),
        sprites=logo(0, 5, 0.88, 0.06),
        fps=10,
    ),
    "mark: TikTok": small(
        Shot(Photo("flower"), 3.0, moves=(Move(0, 3, x=0.3),)),
        Shot(Photo("coffee"), 3.0),
        texts=tuple(
            Text(words, start_s, end_s, x=x, y=y + down, size=0.045)
            for start_s, end_s, x, y in ((0, JUMPS_S, 0.16, 0.06), (JUMPS_S, 6, 0.84, 0.9))
            for words, down in (("TikTok", 0), ("@some.body", 0.035))
        ),
        fps=10,
    ),
}
COVERED = {
    "texts under the app's own": small(
        Shot(Photo("coffee"), 2.5),
        texts=(
            Text("under the tabs", 0.25, 1.25, y=0.035, size=0.06, stroke_hex="#000000"),
            Text("in the middle", 0.5, 2.25, y=0.5, stroke_hex="#000000"),
            Text("under the caption", 1.0, 2.25, y=0.92, stroke_hex="#000000"),
            Text("GO", 0.5, 1.5, x=0.935, y=0.6, size=0.06, stroke_hex="#000000"),
        ),
    ),
}


def printed(
    kind: Literal["qr", "ean_13"], payload: str, start_s: float, end_s: float, x: float, y: float, w: float,
    turn_deg: float = 0.0,
) -> Sprite:  # fmt: skip
    h = w if kind == "qr" or turn_deg else 0.7 * w
    return Sprite("rectangle", start_s, end_s, x, y, w, h, look=Code(kind, payload, turn_deg))


SOLD = {
    "codes": small(
        Shot(Photo("coffee"), 3.0, shake=Shake(1.0, 0.005)),
        sprites=(
            printed("qr", "https://shop.example.com/p/12345?ref=tt", 0.5, 2.25, 0.3, 0.3, 0.3),
            printed("ean_13", "4006381333931", 1.0, 2.5, 0.6, 0.7, 0.5),
        ),
    ),
    "codes, large picture": Video(
        (Shot(Photo("bus"), 2.0),),
        sprites=(printed("qr", "WIFI:S:shop;T:WPA;P:1234;;", 0.25, 1.5, 0.7, 0.25, 0.2),),
        width=1080,
        height=1920,
    ),
    "codes, turned": Video(
        (Shot(Photo("coffee"), 2.0, shake=Shake(1.0, 0.004)),),
        sprites=(
            printed("qr", "https://shop.example.com/sale", 0.25, 1.25, 0.3, 0.25, 0.28, 25),
            printed("ean_13", "4006381333931", 0.5, 1.75, 0.55, 0.7, 0.55, 15),
        ),
        width=720,
        height=1280,
        fps=15,
    ),
    "codes, small": Video(
        (Shot(Photo("bus"), 1.5),),
        sprites=(
            printed("qr", "https://ex.co/sale", 0.25, 1.25, 0.25, 0.3, 0.13),
            printed("ean_13", "4006381333931", 0.25, 1.25, 0.65, 0.7, 0.26),
        ),
        width=1080,
        height=1920,
        fps=15,
    ),
    "a code crosses": small(
        Shot(Noise(61), 2.5),
        sprites=(
            Sprite("rectangle", 0.25, 2.0, 0.2, 0.4, 0.3, 0.3, (0.25, 0.1), Code("qr", "https://example.com/sale")),
        ),
    ),
    "prices": small(
        Shot(Photo("coffee"), 3.0),
        texts=(
            Text("19,99 €", 0.25, 1.5, y=0.25, box_hex="#fe2c55"),
            Text("now $5", 1.0, 2.25, y=0.5, stroke_hex="#000000"),
            Text("für 12 Euro", 1.5, 2.75, y=0.75, stroke_hex="#000000"),
        ),
    ),
    "brands": small(
        Shot(Photo("flower"), 2.5),
        texts=(
            Text("my new Nike shoes", 0.25, 2.0, y=0.3, size=0.07, stroke_hex="#000000"),
            Text("Starbucks at home", 0.5, 2.25, y=0.7, size=0.07, box_hex="#00704a"),
        ),
    ),
    "a brand and its price": small(
        Shot(Photo("coffee"), 2.5),
        texts=(
            Text("my new Nike shoes", 0.25, 2.0, y=0.3, size=0.07, stroke_hex="#000000"),
            Text("89,99 €", 0.5, 2.25, y=0.4, size=0.08, box_hex="#fe2c55"),
        ),
        fps=15,
    ),
    "words that brands share": small(
        Shot(Photo("flower"), 2.5),
        texts=(
            Text("apple pie in a shell", 0.25, 2.0, y=0.3, size=0.07, stroke_hex="#000000"),
            Text("a puma by the Amazon river", 0.25, 2.0, y=0.5, size=0.06, stroke_hex="#000000"),
            Text("born in 1999 at 19.30", 0.5, 2.25, y=0.7, size=0.07, box_hex="#00704a"),
        ),
        fps=15,
    ),
}


def with_cat(ground: Shot, **more: object) -> Video:
    """A disc before a ground."""
    return small(ground, fps=15, sprites=(Sprite("circle", 0, 9, w=0.6, h=0.6, look=Photo("cat"), **more),))  # pyright: ignore[reportArgumentType]


GROUNDS = {
    "before a moving ground": with_cat(Shot(Photo("bus"), 2.0, moves=(Move(0, 2, x=0.6),))),
    "before a standing ground": with_cat(Shot(Photo("bus"), 2.5), x=-0.1, speed=(0.5, 0.0)),
    "before a green screen": with_cat(Shot(Flat("#00b140"), 1.0)),
    "before a wall": with_cat(Shot(Flat("#d8d0c4"), 1.0)),
}


def large(*shots: Shot, **more: object) -> Video:
    """1080x1920, 24 fps: both other than most clips have."""
    return replace(small(*shots, **more), width=1080, height=1920, fps=24)


def uneven(*shots: Shot, **more: object) -> Video:
    return small(*shots, times_s=uneven_times(sum(shot.seconds for shot in shots)), **more)


VARIED = {  # what other clips ask at 576x1024 and one rate, at other rates and sizes
    "palette, 24 fps, large": large(Shot(Patches(PALETTE), 0.5)),
    "warm shift, 60 fps": small(
        Shot(Photo("zidane"), 0.5), Shot(Photo("coffee"), 0.5), Shot(Photo("zidane"), 0.5, grade=WARM), fps=60
    ),
    "two grades, uneven times": uneven(*(Shot(Photo(name), 0.7, grade=grade) for name, grade in GRADED[:4])),
    **{
        f"blur {sigma}, 24 fps, large": large(
            Shot(Photo("bus"), 0.25), effects=(Effect("blur", 0, 1, sigma / 5.76),) if sigma else ()
        )
        for sigma in (0, 1, 2, 4)
    },
    "disc on a third, 24 fps, large": large(
        Shot(Noise(51), 0.3), sprites=(Sprite("circle", 0, 1, x=2 / 3, y=1 / 3, w=0.25, h=0.25, look=Photo("cat")),)
    ),
    "horizon 5, 60 fps": small(Shot(SHORE, 0.3, moves=(Move(0, 0, roll_deg=-5),)), fps=60),
    "inset, 29.97 fps, large": replace(
        large(
            Shot(Photo("china"), 1.2, moves=(Move(0, 1.2, x=0.24),)),
            insets=(Inset(replace(panned(Photo("zidane"), 376, 450, -0.2), fps=NTSC), 0.5, 0.125),),
        ),
        fps=NTSC,
    ),
    "duet, uneven times": composed(
        uneven(Shot(Photo("bus"), 1.5, moves=(Move(0, 1.5, x=0.3),))),
        Inset(replace(uneven(Shot(Photo("coffee"), 1.5, moves=(Move(0, 1.5, x=-0.3),))), height=512), 0, 0.5),
    ),
    "mark: jumping logo, uneven times": uneven(
        Shot(ROAD, 6.0, moves=(Move(0, 6, x=0.9, y=0.2),)),
        sprites=(*logo(0, JUMPS_S, 0.12, 0.07), *logo(JUMPS_S, 6, 0.86, 0.9)),
    ),
    "texts under the app's own, 24 fps, large": replace(
        COVERED["texts under the app's own"], width=1080, height=1920, fps=24
    ),
    "before a green screen, 24 fps, large": large(
        Shot(Flat("#00b140"), 0.6), sprites=(Sprite("circle", 0, 9, w=0.6, h=0.6, look=Photo("cat")),)
    ),
    "effects: 60 fps": small(
        Shot(ROAD, 2.4, moves=(Move(0, 2.4, x=0.48),)),
        effects=(Effect("split", 0.4, 0.8, 0.02), Effect("flash", 1.1, 1.17, 0.8), Effect("mirror", 1.6, 2.0)),
        fps=60,
    ),
    "effects: uneven times": uneven(
        walking(3.0), effects=(Effect("bw", 0.5, 1.1), Effect("invert", 1.5, 2.0), Effect("blur", 2.3, 2.7, 1.5))
    ),
    "plain, 24 fps, large": large(walking(1.2)),
    "plain, 60 fps": small(walking(1.5), fps=60),
    "plain, uneven times": uneven(walking(2.0)),
}
ONE_QUALITY = {*SOUND, *OWN_QUALITY}
CLIPS = (
    QUALITY
    | OWN_QUALITY
    | COMPOSED
    | EFFECTS
    | MARKED
    | LAYOUTS
    | UNDIVIDED
    | COVERED
    | SOLD
    | GROUNDS
    | VARIED
    | STICKERS
    | EMOJI
    | CUTS
    | UNCUT
    | CAMERA
    | COLOUR
    | SOUND
    | TEXT
    | TEXTLESS
    | PACING
    | EDITING
)
