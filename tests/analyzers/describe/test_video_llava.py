"""Each shot is told by what it shows, and by nothing that another one does."""

from tests.analyzers.describe.told import of, rows_of
from tests.describers import SeesRed


def test_only_the_shot_with_the_red_circle_tells_of_it():
    shots = of(rows_of("video_llava", SeesRed()), "shot")
    assert [(row.shot, row.subjects) for row in shots] == [(0, ("red circle",)), (1, ())]


def test_a_question_knows_of_no_other():
    model = SeesRed()
    rows_of("video_llava", model)
    assert all("red" not in question.prompt for question in model.asked)
