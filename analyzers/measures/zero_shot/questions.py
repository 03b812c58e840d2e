"""What a model of pictures and words is asked about a picture, and the sentences that stand for each answer.

Sentences are lower case and without punctuation, as both CLIP and SigLIP 2 know them. An answer without a label is
what a picture may show that the question does not fit: it draws the share that the others would get for nothing.
A score comes from pairs of opposites: CLIP-IQA, https://arxiv.org/abs/2207.12396.
"""

from dataclasses import dataclass
from typing import Literal

Place = Literal[
    "bedroom", "bathroom", "kitchen", "living room", "hallway", "office", "classroom", "gym", "shop", "restaurant",
    "bar", "stage", "studio", "salon", "hospital", "workshop", "church", "car", "public transport", "street", "garden",
    "sports ground", "pool", "beach", "water", "forest", "mountains", "field", "desert", "snow", "sky",
]  # fmt: skip
Setting = Literal["int", "ext"]
Light = Literal["day", "night", "dusk"]
Scale = Literal["ECU", "CU", "MCU", "MS", "WS", "EWS"]
Angle = Literal["eye level", "high", "low", "overhead", "dutch"]
Arrangement = Literal["centred", "thirds", "symmetric", "frame in frame", "leading lines", "negative space"]
Style = Literal["footage", "animation", "screen recording", "game", "drawing", "text card"]

Asked = Literal["place", "int_ext", "day_night", "shot_scale", "angle", "arrangement", "style"]
Scored = Literal["aesthetics", "sharpness", "exposure", "noise"]
Topic = Literal[Asked, Scored]

TAKEN = ("a photo taken {}", "a frame of a video filmed {}")
AS_IT_IS = ("{}",)


@dataclass(frozen=True, slots=True)
class Question:
    """One question with rival answers: each one's label, and the words that fill the question's templates."""

    name: Asked
    templates: tuple[str, ...]
    answers: tuple[tuple[str | None, tuple[str, ...]], ...]

    def sentences(self) -> list[list[str]]:
        """Those of each answer."""
        return [[template.format(words) for words in ways for template in self.templates] for _, ways in self.answers]


QUESTIONS = (
    Question(
        "place",
        TAKEN,
        (
            ("bedroom", ("in a bedroom",)),
            ("bathroom", ("in a bathroom",)),
            ("kitchen", ("in a kitchen",)),
            ("living room", ("in a living room",)),
            ("hallway", ("in a hallway or staircase",)),
            ("office", ("in an office",)),
            ("classroom", ("in a classroom or lecture hall",)),
            ("gym", ("in a gym",)),
            ("shop", ("in a shop or supermarket",)),
            ("restaurant", ("in a restaurant or cafe",)),
            ("bar", ("in a bar or nightclub",)),
            ("stage", ("at a concert on a stage",)),
            ("studio", ("in a studio with a plain backdrop",)),
            ("salon", ("in a hair or beauty salon",)),
            ("hospital", ("in a hospital",)),
            ("workshop", ("in a workshop or factory",)),
            ("church", ("in a church or temple",)),
            ("car", ("inside a car",)),
            ("public transport", ("inside a train bus or airplane",)),
            ("street", ("on a city street",)),
            ("garden", ("in a garden or park",)),
            ("sports ground", ("on a sports field or in a stadium",)),
            ("pool", ("at a swimming pool",)),
            ("beach", ("on a beach",)),
            ("water", ("on the open water of a lake or the sea",)),
            ("forest", ("in a forest",)),
            ("mountains", ("in the mountains",)),
            ("field", ("in a field or meadow",)),
            ("desert", ("in a desert",)),
            ("snow", ("in a snowy landscape",)),
            ("sky", ("in the air with nothing but sky",)),
            (None, ("of text on a plain background", "of a computer or phone screen", "of an object up close")),
        ),
    ),
    Question(
        "int_ext",
        TAKEN,
        (
            ("int", ("indoors inside a building", "inside a vehicle")),
            ("ext", ("outdoors in a city", "outdoors in nature")),
            (None, ("of text on a plain background", "of a computer or phone screen")),
        ),
    ),
    Question(
        "day_night",
        TAKEN,
        (
            ("day", ("in daylight",)),
            ("night", ("at night in the dark",)),
            ("dusk", ("at sunset or sunrise",)),
            (None, ("in a room with lamps and no windows", "of text on a plain background")),
        ),
    ),
    Question(
        "shot_scale",
        AS_IT_IS,
        (
            ("ECU", ("an extreme close up of eyes or a mouth", "an extreme close up of a detail")),
            ("CU", ("a close up of a face", "a close up of one object")),
            ("MCU", ("a medium close up of a person from the chest up", "a portrait of head and shoulders")),
            ("MS", ("a medium shot of a person from the waist up", "a person seen from the knees up")),
            ("WS", ("a wide shot of a whole person from head to feet", "a full body shot in a room")),
            ("EWS", ("an extreme wide shot of a landscape", "a tiny person in a vast landscape")),
            (None, ("text on a plain background", "a screenshot")),
        ),
    ),
    Question(
        "angle",
        AS_IT_IS,
        (
            ("eye level", ("a photo taken at eye level", "a shot straight ahead at the height of the eyes")),
            ("high", ("a high angle shot looking down at a person", "a photo taken from above at an angle")),
            ("low", ("a low angle shot looking up", "a photo taken from below")),
            ("overhead", ("an overhead shot straight down", "a top down view of a table")),
            ("dutch", ("a dutch angle shot with a tilted horizon", "a photo taken with a tilted camera")),
            (None, ("text on a plain background", "a screenshot")),
        ),
    ),
    Question(
        "arrangement",
        AS_IT_IS,
        (
            ("centred", ("a photo with the subject in the centre", "a centred composition")),
            ("thirds", ("a photo with the subject off to one side", "a rule of thirds composition")),
            ("symmetric", ("a symmetrical photo", "a symmetric composition with mirrored halves")),
            ("frame in frame", ("a photo framed by a doorway or window", "a frame within a frame composition")),
            ("leading lines", ("a photo with lines that lead into the distance", "a leading lines composition")),
            ("negative space", ("a minimalist photo with much empty space", "a negative space composition")),
            (None, ("a cluttered photo without a subject", "text on a plain background")),
        ),
    ),
    Question(
        "style",
        AS_IT_IS,
        (
            ("footage", ("a photo of real life", "a frame of a video filmed with a camera")),
            ("animation", ("a frame of an animated cartoon", "a computer generated 3d animation")),
            ("screen recording", ("a screenshot of an app or website", "a screen recording of a phone")),
            ("game", ("a screenshot of a video game", "gameplay footage")),
            ("drawing", ("a drawing or painting", "an illustration")),
            ("text card", ("text on a plain background", "a title card with words")),
        ),
    ),
)

# What is better, and its opposite.
PAIRS: dict[Scored, tuple[tuple[str, str], ...]] = {
    "aesthetics": (
        ("a beautiful photo", "an ugly photo"),
        ("a good photo", "a bad photo"),
        ("a pleasing professional picture", "an unpleasing amateurish picture"),
    ),
    "sharpness": (
        ("a sharp photo", "a blurry photo"),
        ("a photo in focus", "a photo out of focus"),
    ),
    "exposure": (
        ("a well exposed photo", "an underexposed photo that is too dark"),
        ("a well exposed photo", "an overexposed photo that is too bright"),
    ),
    "noise": (
        ("a clean photo", "a noisy photo"),
        ("a smooth photo without grain", "a grainy photo"),
    ),
}
