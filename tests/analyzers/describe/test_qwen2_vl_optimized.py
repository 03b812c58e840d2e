"""Half the pictures of the large model, the same shots, and what it cost."""

from tests.analyzers.describe.told import of, rows_of
from tests.describers import SeesRed


def test_it_agrees_with_the_large_model_and_sees_half_as_many_pictures():
    small, large = SeesRed(64), SeesRed(64)
    ours, theirs = (
        of(rows_of(name, model), "shot")
        for name, model in (("qwen2_vl_optimized", small), ("qwen2_vl_temporal", large))
    )
    assert [(row.shot, row.subjects) for row in ours] == [(row.shot, row.subjects) for row in theirs]
    assert sum(len(row.frames_used) for row in ours) < 0.6 * sum(len(row.frames_used) for row in theirs)


def test_the_video_tells_what_it_cost():
    model = SeesRed()
    model.vram_gb = 5.5  # pyright: ignore[reportAttributeAccessIssue]
    rows = rows_of("qwen2_vl_optimized", model)
    assert rows[-1].vram_gb == 5.5
    assert rows[-1].s_per_video > 0
    assert all(row.s_per_video is None for row in rows[:-1])
    assert rows_of("qwen2_vl_optimized", SeesRed())[-1].vram_gb is None
