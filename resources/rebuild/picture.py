"""The pictures of a script: as flat colours and shapes, or of one still a shot that moves as its camera did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resources.fonts import EMOJI_FONTS, find_font
from resources.rebuild.script import Blend, Box, Cover, Rgb, Row, Scene, Script
from resources.render.picture import Effect, apply_effect
from resources.render.sticker import Sticker, StickerLayer
from resources.render.text import Text, TextLayer
from resources.render.transition import blend

Picture = NDArray[np.uint8]
GREY: Rgb = (128, 128, 128)
TRIED_SIZE = 0.1  # of a font, in widths: what a text's real size is scaled from
GRID_CELLS = 6  # of the ground, across: without marks on it, nobody would see it move
GRID_SHARE = 0.12  # how much lighter its lines are
FULL = Box(0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
LEAST_PX = 2  # of a part that is drawn


@dataclass(frozen=True, slots=True)
class Plate:
    """A still without the texts that were laid over it."""

    t_s: float
    rgb: Picture


class Drawer:
    """Any moment of a script, at one size. Without plates: in colours and shapes."""

    def __init__(self, script: Script, width: int, height: int, plates: Sequence[Plate] | None = None) -> None:
        self._script, self._size = script, (width, height)
        self._plates = None if plates is None else [_plate_of(scene, plates) for scene in script.scenes]
        self._scenes: dict[int, Picture] = {}
        self._texts = [(row, text_of(row, width, height)) for row in script.texts]
        self._layers: dict[tuple[int, bool], TextLayer] = {}
        self._stickers: dict[Box, StickerLayer] = {}

    def at(self, t: float) -> Picture:
        script = self._script
        now = next((b for b in script.blends if b.start_s <= t < b.end_s), None)
        picture = self._blended(now, t) if now else self._scene(script.scene_at(t), t)
        for row in script.effects:
            if row["start_s"] <= t < row["end_s"]:
                picture = apply_effect(picture, _effect(row, t), t)
        for box in _at(script.stickers, t):
            picture = self._with_sticker(picture, box, t)
        for number, (row, text) in enumerate(self._texts):
            if row["start_s"] <= t < row["end_s"]:
                picture = self._layer(number, text).onto(picture, t)
        return picture

    def letters(self, t: float) -> NDArray[np.float32]:
        """How much of each pixel the letters of its texts cover, 0..1."""
        width, height = self._size
        covered = np.zeros((height, width, 3), np.uint8)
        for number, (row, text) in enumerate(self._texts):
            if row["start_s"] <= t < row["end_s"]:
                covered = self._layer(number, text, is_ink=True).onto(covered, t)
        return np.asarray(covered[..., 0] / 255, np.float32)

    def _layer(self, number: int, text: Text, *, is_ink: bool = False) -> TextLayer:
        if (number, is_ink) not in self._layers:
            ink = replace(text, fill_hex="#ffffff", stroke_hex=None, box_hex=None) if is_ink else text
            self._layers[number, is_ink] = TextLayer(ink, *self._size)
        return self._layers[number, is_ink]

    def _blended(self, now: Blend, t: float) -> Picture:
        share = (t - now.start_s) / max(now.end_s - now.start_s, 1e-6)
        return blend(now.kind, self._scene(now.after - 1, t), self._scene(now.after, t), share)

    def _scene(self, number: int, t: float) -> Picture:
        """One shot at a moment, with what stands in it; black bars stay where they are."""
        width, height = self._size
        place = next(iter(_at(self._script.content, t)), FULL)
        left, top, right, bottom = _pixels(place, width, height)
        if right - left < LEAST_PX or bottom - top < LEAST_PX:
            return np.zeros((height, width, 3), np.uint8)
        whole, from_s = self._ground(number)
        drawn = self._moved(whole[top:bottom, left:right], t, from_s)
        if place is FULL:
            return drawn if self._plates and self._plates[number] else self._peopled(drawn, number, t)
        framed = np.zeros((height, width, 3), np.uint8)
        framed[top:bottom, left:right] = drawn
        return framed

    def _moved(self, still: Picture, t: float, from_s: float) -> Picture:
        import cv2

        tall, wide = still.shape[:2]
        view = self._script.path.view(t, from_s, wide, tall)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(still, view, (wide, tall), flags=flags, borderMode=cv2.BORDER_REFLECT_101)  # pyright: ignore[reportReturnType]

    def _ground(self, number: int) -> tuple[Picture, float]:
        """What the camera moves over, and from when it is."""
        import cv2

        scene = self._script.scenes[number]
        plate = self._plates[number] if self._plates else None
        if number not in self._scenes:
            width, height = self._size
            if plate:
                self._scenes[number] = cv2.resize(plate.rgb, self._size, interpolation=cv2.INTER_AREA)  # pyright: ignore[reportArgumentType]
            elif scene.mosaic is not None:
                self._scenes[number] = gridded(cv2.resize(scene.mosaic, self._size, interpolation=cv2.INTER_CUBIC))  # pyright: ignore[reportArgumentType]
            else:
                self._scenes[number] = gridded(striped(_behind(scene)[0], width, height))
        return self._scenes[number], plate.t_s if plate else (scene.start_s + scene.end_s) / 2

    def _peopled(self, ground: Picture, number: int, t: float) -> Picture:
        """With what stands before the ground, and what was found in it."""
        import cv2

        scene, (width, height) = self._script.scenes[number], self._size
        front = _behind(scene)[1]
        cover = _last(self._script.covers, t, scene)
        if cover is not None and scene.mosaic is None:  # else it is in the mosaic
            share = np.asarray(cv2.resize(cover.mask, self._size, interpolation=cv2.INTER_LINEAR), np.float32) / 255
            ground = (ground + (np.array(front, np.float32) - ground) * share[..., None]).round().astype(np.uint8)
        for box in _at(self._script.things, t):
            left, top, right, bottom = _pixels(box, width, height)
            if right - left < LEAST_PX or bottom - top < LEAST_PX:
                continue
            ground = np.ascontiguousarray(ground)
            if box.is_alive:
                middle, axes = ((left + right) // 2, (top + bottom) // 2), ((right - left) // 2, (bottom - top) // 2)
                cv2.ellipse(ground, middle, axes, 0, 0, 360, front, -1, cv2.LINE_AA)
            else:
                cv2.rectangle(ground, (left, top), (right - 1, bottom - 1), front, -1)
        return ground

    def _with_sticker(self, picture: Picture, box: Box, t: float) -> Picture:
        if box.codepoint is None or find_font(EMOJI_FONTS) is None:
            return picture
        if box not in self._stickers:
            width, height = self._size
            size = max(box.w, box.h * height / width)
            one = Sticker(
                emoji_of(box.codepoint), box.start_s, box.end_s, box.x + box.w / 2, box.y + box.h / 2, max(size, 0.01)
            )
            self._stickers[box] = StickerLayer(one, width, height)
        return self._stickers[box].onto(picture, t)


def emoji_of(codepoint: str) -> str:
    return "".join(chr(int(part, 16)) for part in codepoint.split("-"))


def striped(colours: Sequence[tuple[Rgb, float]], width: int, height: int) -> Picture:
    """Colours from top to bottom in their shares, the lightest above as light mostly falls."""
    import cv2

    ordered = sorted(colours, key=lambda c: -sum(c[0])) or [(GREY, 1.0)]
    edges = np.cumsum([0.0] + [share for _, share in ordered])
    edges = np.round(edges / max(edges[-1], 1e-9) * height).astype(int)
    column = np.zeros((height, 1, 3), np.float32)
    for (rgb, _), top, bottom in zip(ordered, edges, edges[1:], strict=False):
        column[top:bottom] = rgb
    soft = np.asarray(cv2.GaussianBlur(column, (1, 0), sigmaX=0, sigmaY=max(height / 20, 0.5)))
    return np.repeat(soft.reshape(height, 1, 3), width, axis=1).round().astype(np.uint8)


def gridded(picture: Picture) -> Picture:
    """With a faint grid over it."""
    drawn = picture.astype(np.float32)
    step = max(picture.shape[1] // GRID_CELLS, 2)
    drawn[::step] += (255 - drawn[::step]) * GRID_SHARE
    drawn[:, ::step] += (255 - drawn[:, ::step]) * GRID_SHARE
    return drawn.round().astype(np.uint8)


def text_of(row: Row, width: int, height: int) -> Text:
    """A row as a text to draw, as wide as it was found."""
    words = row["words"]
    comes = tuple(word["start_s"] for word in words) if len(words) == len(row["text"].split()) else ()
    is_told = bool(comes) and all(word["highlight"] == "appears" for word in words)
    entrance = row["entrance"] if row["entrance"] in ("fade", "pop", "slide", "typewriter") else "cut"
    least = LEAST_PX / width  # smaller letters cannot be drawn
    tried = Text(
        text=row["text"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        x=row["x"] + row["w"] / 2,
        y=row["y"] + row["h"] / 2,
        size=max(TRIED_SIZE, least),
        fill_hex=row["fill_hex"] or "#ffffff",
        stroke_hex=row["stroke_hex"],
        stroke=min((row["stroke_frac"] or 0.0) * 0.73, 0.2),  # a capital is 0.73 of its font's size
        box_hex=row["box_hex"],
        box_alpha=1.0 if row["box_alpha"] is None else row["box_alpha"],
        entrance=entrance,
        entrance_s=max(row["entrance_s"] or 0.0, 0.01),
        exit=row["exit"] if row["exit"] in ("fade", "pop", "slide") else "cut",
        exit_s=max(row["exit_s"] or 0.0, 0.01),
        words_s=comes if is_told else (),
    )
    boxes = [box for _, box in TextLayer(replace(tried, words_s=()), width, height).lines()]
    wide = max(x + w for x, _, w, _ in boxes) - min(x for x, *_ in boxes)
    fits = tried.size * row["w"] * width / max(wide, 1.0)
    return replace(tried, size=max(min(fits, 1.0), least))


def _plate_of(scene: Scene, plates: Sequence[Plate]) -> Plate | None:
    """The still of a shot: of those within it, the one nearest to its middle."""
    middle = (scene.start_s + scene.end_s) / 2
    inside = [plate for plate in plates if scene.start_s <= plate.t_s < scene.end_s]
    return min(inside, key=lambda plate: abs(plate.t_s - middle), default=None)


def _behind(scene: Scene) -> tuple[list[tuple[Rgb, float]], Rgb]:
    """The colours of the ground, and the one of what stands before it: half the colours farthest from the ground's."""
    if not scene.colours:
        ground = scene.ground or GREY
        return [(ground, 1.0)], ground
    away = np.array([np.subtract(c.rgb, scene.ground or scene.colours[0].rgb) for c in scene.colours], float)
    order = np.argsort(np.linalg.norm(away, axis=1))
    near = [scene.colours[i] for i in order[: (len(order) + 1) // 2]]
    far = [scene.colours[i] for i in order[(len(order) + 1) // 2 :]] or near
    weights = np.array([c.share for c in far]) + 1e-9
    red, green, blue = np.average([c.rgb for c in far], axis=0, weights=weights).round().astype(int).tolist()
    ground = near if scene.ground else scene.colours
    return [(c.rgb, c.share) for c in ground], (red, green, blue)


def _last(covers: Sequence[Cover], t: float, scene: Scene) -> Cover | None:
    """The mask of this moment."""
    return next((c for c in covers if c.start_s <= t < c.end_s and scene.start_s <= c.start_s < scene.end_s), None)


def _at(boxes: Sequence[Box], t: float) -> list[Box]:
    return [box for box in boxes if box.start_s <= t < box.end_s]


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom within the picture."""
    sides = (box.x * width, box.y * height, (box.x + box.w) * width, (box.y + box.h) * height)
    left, top, right, bottom = (round(side) for side in sides)
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def _effect(row: Row, t: float) -> Effect:
    strength = row["strength"] if row["strength"] is not None else 1.0
    if row["effect"] == "flash":  # at once, and then less and less
        strength *= 1 - (t - row["start_s"]) / max(row["end_s"] - row["start_s"], 1e-6)
    if row["effect"] == "blur":
        strength *= 100  # the renderer's is in hundredths of the width
    return Effect(row["effect"], row["start_s"], row["end_s"], strength, row["hz"] or 8.0)
