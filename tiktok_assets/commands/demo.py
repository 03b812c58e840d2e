"""The demo video: what newcomers see first. Drawn by the project itself, from what its dependencies bring along."""

from pathlib import Path
from typing import Literal

from resources.render import (
    Chord,
    Clicks,
    Fade,
    Grade,
    Move,
    Noise,
    Photo,
    Shake,
    Shot,
    Sine,
    Sprite,
    Text,
    Transition,
    Truth,
    Video,
    render,
)

BEAT_S = 0.5  # 120 beats a minute: every cut falls on a beat
WARM = Grade(gain=(1.06, 1.0, 0.9), saturation=1.15)
COOL = Grade(gain=(0.94, 1.0, 1.08), saturation=1.1)
MELODY_HZ = (659.3, 587.3, 523.3, 587.3, 659.3, 784.0, 659.3, 523.3)  # E D C D E G E C

SHOTS = (
    Shot(Photo("cat", 0.36, 0.5), 2.5, moves=(Move(0, 2.5, zoom=1.25, ease="smooth"),), grade=WARM),
    Shot(Photo("coffee", 0.45, 0.5), 2.0, moves=(Move(0, 2.0, x=0.25, ease="smooth"),), grade=WARM),
    Shot(Photo("flower", 0.5, 0.5), 1.0, moves=(Move(0, 1.0, zoom=1.1),)),
    Shot(Photo("motorcycle", 0.5, 0.5), 1.5, moves=(Move(0, 1.5, x=-0.3),), grade=COOL),
    Shot(
        Photo("china", 0.2, 0.5), 3.0, moves=(Move(0.5, 2.5, x=0.5, ease="smooth"),), enter=Transition("dissolve", 0.6)
    ),
    Shot(Photo("bus", 0.5, 0.4), 2.0, shake=Shake(2.0, 0.006)),
    Shot(Photo("astronaut", 0.35, 0.5), 2.0, moves=(Move(0, 2.0, zoom=1.2),), enter=Transition("slide_left", 0.3)),
    Shot(Photo("rocket", 0.5, 0.5), 2.0, moves=(Move(0, 2.0, y=-0.25, ease="out"),), grade=COOL),
    Shot(Photo("hubble", 0.5, 0.5), 2.5, moves=(Move(0, 2.5, zoom=1.15, roll_deg=8),), enter=Transition("whip", 0.3)),
    Shot(Noise(4, "#101828", "#4050a0"), 2.0, enter=Transition("fade_black", 0.8)),
)
TEXTS = (
    Text("POV: you take\na break", 0.1, 2.5, y=0.22, stroke_hex="#000000", size=0.09, entrance="pop"),
    Text("step 1: coffee", 2.7, 4.5, y=0.70, box_hex="#fe2c55", entrance="slide"),
    Text("step 2: fresh air", 4.5, 7.0, y=0.70, box_hex="#fe2c55"),
    Text(
        "Wait for it...", 7.7, 10.0, y=0.2, fill_hex="#fff04a", stroke_hex="#000000", entrance="typewriter", exit="fade"
    ),
    Text("go anywhere", 10.2, 12.0, y=0.3, fill_hex="#111111", box_hex="#ffffff", entrance="fade"),
    Text("or even\nfurther", 12.4, 14.0, y=0.74, stroke_hex="#000000", size=0.1, entrance="pop"),
    Text("3", 14.0, 14.5, y=0.3, size=0.2, stroke_hex="#000000"),
    Text("2", 14.5, 15.0, y=0.3, size=0.2, stroke_hex="#000000"),
    Text("1", 15.0, 15.5, y=0.3, size=0.2, stroke_hex="#000000"),
    Text("Follow for part 2", 19.0, 20.5, y=0.42, size=0.085, box_hex="#25f4ee", fill_hex="#111111", entrance="pop"),
    Text("@tiktok_assets", 19.2, 20.5, y=0.52, size=0.05),
)
SPRITES = (Sprite("rectangle", 10.5, 12.0, x=0.79, y=0.8, w=0.32, h=0.42, look=Photo("zidane", 0.68)),)
HARMONY: tuple[tuple[str, Literal["major", "minor"]], ...] = (
    ("A", "minor"),
    ("F", "major"),
    ("C", "major"),
    ("G", "major"),
)
DEMO = Video(
    shots=SHOTS,
    texts=TEXTS,
    sprites=SPRITES,
    sound=(
        *(Chord(root, mode, 2.0 * n, 2.0 * n + 2, -16, octave=3) for n in range(10) for root, mode in [HARMONY[n % 4]]),
        *(Sine(hz, 4 + n * BEAT_S, 4 + n * BEAT_S + 0.4, -22) for n, hz in enumerate(MELODY_HZ * 3)),
        Chord("C", "major", 20.0, 20.5, -16, octave=3),
        Clicks(120, level_db=-7, end_s=18.0),
        Fade(18.0, 20.5, 0, -30),
    ),
)


def render_demo(path: Path) -> Truth:
    """Write the demo video, and its truth beside it."""
    return render(DEMO, path)
