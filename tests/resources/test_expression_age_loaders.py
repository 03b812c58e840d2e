"""Readers of expressions and ages: tiny networks of the true shapes get the faces that the real ones were made for."""

import numpy as np
import pytest

from analyzers.contract import Portrait
from analyzers.measures.people.names import BLENDSHAPES, EXPRESSIONS
from resources.loaders import expression_rules, onnx_age, onnx_expression
from resources.onnx_faces import crop, plane, shares
from resources.weights import BadModelError, Weights
from tests.networks import write_network

HSEMOTION = ("angry", "contempt", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")


def network(loader, folder, kind: str, side_px: int, **outputs):
    write_network(folder / "a.onnx", side_px, outputs)
    return loader.load(Weights(kind, folder, ("a.onnx",), options={"kind": kind}))


def scores(n: int, at: int, channel: int = 0, slope: float = 0.0, plus: float = 0.0):
    """A matrix and a constant: one class gains with one channel."""
    matrix, constant = np.zeros((3, n)), np.zeros(n)
    matrix[channel, at], constant[at] = slope, plus
    return matrix, constant


def flat(side_px: int, rgb=(255, 128, 0)) -> Portrait:
    return Portrait(np.full((side_px, side_px, 3), rgb, np.uint8))


# Expressions


def test_the_zoos_network_sees_levels_of_minus_one_to_one_in_rgb(tmp_path):
    model = network(onnx_expression, tmp_path, "mobilefacenet", 112, label=scores(7, 3, channel=0, slope=2.0))
    (found,) = model([flat(model.side_px)])
    assert found.shares[3] == pytest.approx(np.exp(2) / (np.exp(2) + 6), abs=1e-4)
    (dark,) = model([flat(model.side_px, (0, 128, 255))])
    assert dark.shares[3] == pytest.approx(np.exp(-2) / (np.exp(-2) + 6), abs=1e-4)
    assert (found.valence, found.arousal) == (None, None)


def test_hsemotions_contempt_is_left_out(tmp_path):
    model = network(onnx_expression, tmp_path, "hsemotion", 224, output=scores(8, 1, plus=5.0))
    (found,) = model([flat(model.side_px)])
    assert found.shares == pytest.approx(np.full(7, 1 / 7), abs=1e-4)
    for at, name in enumerate(HSEMOTION):
        if name == "contempt":
            continue
        model = network(onnx_expression, tmp_path, "hsemotion", 224, output=scores(8, at, plus=5.0))
        (found,) = model([flat(model.side_px)])
        assert EXPRESSIONS[int(found.shares.argmax())] == name


def test_hsemotion_may_tell_valence_and_arousal(tmp_path):
    matrix, plus = scores(10, 4, plus=3.0)
    plus[8:] = 0.6, -0.4
    model = network(onnx_expression, tmp_path, "hsemotion", 224, output=(matrix, plus))
    (found,) = model([flat(model.side_px)])
    assert (found.valence, found.arousal) == pytest.approx((0.6, -0.4), abs=1e-6)
    assert found.shares.sum() == pytest.approx(1)


def test_a_network_of_other_classes_is_refused(tmp_path):
    with pytest.raises(BadModelError, match="5 scores for 7"):
        network(onnx_expression, tmp_path, "mobilefacenet", 112, label=scores(5, 0))
    with pytest.raises(BadModelError):
        network(onnx_expression, tmp_path, "mobilefacenet", 64, label=(np.zeros((4, 7)), np.zeros(7)))


@pytest.mark.parametrize("loader", [onnx_expression, onnx_age])
def test_a_broken_file_is_refused(loader, tmp_path):
    for content in (b"", b"not a network"):
        (tmp_path / "a.onnx").write_bytes(content)
        with pytest.raises(BadModelError, match="no ONNX"):
            loader.load(Weights("broken", tmp_path, ("a.onnx",)))


def test_a_mirrored_face_expresses_the_same(tmp_path):
    rng = np.random.default_rng(0)
    model = network(onnx_expression, tmp_path, "mobilefacenet", 112, label=scores(7, 2, channel=1, slope=3.0))
    picture = rng.integers(0, 256, (model.side_px, model.side_px, 3), dtype=np.uint8)
    one, other = model([Portrait(picture), Portrait(np.ascontiguousarray(picture[:, ::-1]))])
    assert one.shares == pytest.approx(other.shares, abs=1e-6)


def test_the_zoos_crop_puts_the_eyes_where_its_template_has_them():
    """A portrait with the eyes drawn half a distance left and right of its middle, 0.54 of it up."""
    side = 280  # 70 px from eye to eye
    rgb = np.zeros((side, side, 3), np.uint8)
    for x in (-35, 35):
        rgb[140 - 38 - 3 : 140 - 38 + 3, 140 + x - 3 : 140 + x + 3] = 255
    wide, high, below = (edge / 4 for edge in onnx_expression.KINDS["mobilefacenet"].box)
    small = crop(rgb, (wide, high, below), 112)[..., 0].astype(float)
    down, across = np.nonzero(small > 100)
    left, right = across[across < 56].mean(), across[across > 56].mean()
    assert (left, right, down.mean()) == pytest.approx((38.3, 73.5, 51.6), abs=1.5)


def test_who_has_no_picture_has_no_expression(tmp_path):
    model = network(onnx_expression, tmp_path, "mobilefacenet", 112, label=scores(7, 3))
    assert list(model([Portrait()])) == [None]


# Rules


def moved(**movements: float) -> Portrait:
    names = [name.removesuffix("Left").removesuffix("Right") for name in BLENDSHAPES]
    return Portrait(blendshapes=tuple(movements.get(name, 0.0) for name in names))


@pytest.mark.parametrize(
    ("movements", "name"),
    [
        ({}, "neutral"),
        ({"mouthSmile": 0.9}, "happy"),
        ({"mouthSmile": 0.9, "jawOpen": 0.6, "browInnerUp": 0.5}, "happy"),
        ({"browInnerUp": 0.6, "eyeWide": 0.4, "jawOpen": 0.6}, "surprised"),
        ({"browDown": 0.8, "mouthPress": 0.5}, "angry"),
        ({"browDown": 0.8, "mouthSmile": 0.9}, "happy"),
        ({"browInnerUp": 0.6, "mouthFrown": 0.5}, "sad"),
        ({"noseSneer": 0.5, "mouthUpperUp": 0.4}, "disgusted"),
        ({"browInnerUp": 0.6, "eyeWide": 0.4, "mouthStretch": 0.5}, "fearful"),
        ({"jawOpen": 0.5}, "neutral"),  # speaks
        ({"browInnerUp": 0.4}, "neutral"),
        ({"eyeBlink": 1.0, "eyeSquint": 0.5}, "neutral"),
    ],
)
def test_movements_make_up_an_expression(tmp_path, movements, name):
    (found,) = expression_rules.load(Weights("rules", tmp_path))([moved(**movements)])
    assert EXPRESSIONS[int(found.shares.argmax())] == name
    assert found.shares.sum() == pytest.approx(1)


def test_rules_need_movements(tmp_path):
    assert list(expression_rules.load(Weights("rules", tmp_path))([Portrait()])) == [None]


# Ages


def fairface(tmp_path, ages):
    race, sex = (np.zeros((3, 7)), np.arange(7.0)), (np.zeros((3, 2)), np.array([9.0, 0.0]))
    return network(onnx_age, tmp_path, "fairface", 224, race_output=race, gender_output=sex, age_output=ages)


def test_fairface_tells_the_spans_that_hold_most_of_the_chance(tmp_path):
    model = fairface(tmp_path, scores(9, 3, plus=12.0))
    (sure,) = model([flat(model.side_px)])
    assert (sure.low, sure.high) == (20, 30)
    assert sure.years == pytest.approx(25, abs=0.1)
    between = np.zeros(9)
    between[[3, 4]] = 8.0
    (torn,) = fairface(tmp_path, (np.zeros((3, 9)), between))([flat(model.side_px)])
    assert (torn.low, torn.high) == (20, 40)
    assert torn.years == pytest.approx(30, abs=0.2)


def test_fairface_that_knows_nothing_tells_a_wide_range(tmp_path):
    model = fairface(tmp_path, scores(9, 0))
    (age,) = model([flat(model.side_px)])
    assert age.high - age.low >= 50
    assert age.low <= age.years <= age.high


def test_fairface_sees_imagenets_levels(tmp_path):
    model = fairface(tmp_path, scores(9, 5, channel=2, slope=4.0))
    (bright,), (dark,) = model([flat(model.side_px, (0, 0, 255))]), model([flat(model.side_px, (255, 255, 0))])
    assert (bright.low, bright.high) == (40, 50)
    assert dark.high - dark.low > 20


def test_insightfaces_network_gives_years_from_levels_as_they_are(tmp_path):
    matrix, plus = np.zeros((3, 3)), np.array([3.0, -3.0, 0.0])
    matrix[0, 2] = 0.3 / 255
    model = network(onnx_age, tmp_path, "genderage", 96, fc1=(matrix, plus))
    (age,) = model([flat(model.side_px, (255, 0, 0))])
    assert (age.low, age.years, age.high) == pytest.approx((25, 30, 35), abs=0.01)
    (mirrored,) = model([Portrait(flat(model.side_px, (255, 0, 0)).rgb[:, ::-1])])
    assert mirrored.years == pytest.approx(age.years)


def test_a_network_of_something_else_tells_no_age(tmp_path):
    with pytest.raises(BadModelError, match="no network of ages"):
        network(onnx_age, tmp_path, "genderage", 96, fc1=(np.zeros((3, 4)), np.zeros(4)))
    with pytest.raises(BadModelError, match="no network of ages"):
        network(onnx_age, tmp_path, "fairface", 224, one=scores(7, 0), other=scores(2, 0))


# Pictures and shares


def test_pictures_become_planes():
    taken = plane(np.full((2, 3, 3), (255, 0, 51), np.uint8), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert taken.shape == (1, 3, 2, 3)
    assert taken[0, :, 0, 0] == pytest.approx((1, -1, -0.6))


def test_scores_become_shares_and_shares_stay():
    assert shares(np.array([[0.0, np.log(3)]])) == pytest.approx([0.25, 0.75])
    assert shares(np.array([0.1, 0.9])) == pytest.approx([0.1, 0.9])
