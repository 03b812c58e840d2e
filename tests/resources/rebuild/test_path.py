"""The camera's way is summed up so that a picture can be laid where an earlier one was."""

import numpy as np
import pytest

from resources.rebuild.path import camera_path

W, H = 100, 200


def steps(n: int = 30, **speeds: float) -> list[dict]:
    still = {"dx_w_s": 0.0, "dy_w_s": 0.0, "zoom_rate_s": 0.0, "roll_deg_s": 0.0}
    return [{"level": "frame", "start_s": i / n, "end_s": (i + 1) / n, **still, **speeds} for i in range(n)]


def middle_of(view) -> list[float]:
    return (view @ [(W - 1) / 2, (H - 1) / 2, 1]).tolist()


def test_a_pan_shifts_the_view_by_its_way():
    view = camera_path(steps(dx_w_s=0.2, dy_w_s=-0.1)).view(1.0, 0.0, W, H)
    assert view[:, :2] == pytest.approx(np.eye(2))
    assert view[:, 2] == pytest.approx([20, -10])


def test_a_zoom_keeps_the_middle_and_sees_less():
    view = camera_path(steps(zoom_rate_s=np.log(2))).view(1.0, 0.0, W, H)
    assert middle_of(view) == pytest.approx([49.5, 99.5])
    assert view[0, 0] == pytest.approx(0.5)


def test_a_roll_turns_about_the_middle():
    view = camera_path(steps(roll_deg_s=90.0)).view(1.0, 0.0, W, H)
    assert middle_of(view) == pytest.approx([49.5, 99.5])
    assert view[:, :2] == pytest.approx(np.array([[0, -1], [1, 0]]), abs=1e-9)


def test_there_and_back_is_where_it_was():
    path = camera_path(steps(dx_w_s=0.3, dy_w_s=0.1, zoom_rate_s=0.5, roll_deg_s=20.0))
    there, back = (np.vstack([path.view(*times, W, H), [0, 0, 1]]) for times in ((1.0, 0.25), (0.25, 1.0)))
    assert there @ back == pytest.approx(np.eye(3), abs=1e-9)


def test_a_pan_after_a_zoom_counts_in_the_widths_that_are_seen():
    rows = steps(zoom_rate_s=np.log(2)) + [
        r | {"start_s": r["start_s"] + 1, "end_s": r["end_s"] + 1} for r in steps(dx_w_s=0.2)
    ]
    assert camera_path(rows).view(2.0, 1.0, W, H)[:, 2] == pytest.approx([20, 0])
    assert middle_of(camera_path(rows).view(2.0, 0.0, W, H)) == pytest.approx([49.5 + 10, 99.5])


def test_a_wider_picture_holds_a_closer_one_but_not_the_other_way():
    path = camera_path(steps(zoom_rate_s=np.log(2)))
    assert path.shared(1.0, 0.0, W, H) == 1
    assert path.shared(0.0, 1.0, W, H) < 0.5


def test_without_rows_nothing_moves():
    assert camera_path([]).view(3.0, 1.0, W, H) == pytest.approx(np.eye(3)[:2])
