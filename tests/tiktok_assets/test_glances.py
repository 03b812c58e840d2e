"""What the Dagster UI shows without a click: small enough, telling, and none of a stranger's markup."""

import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import unquote

import dagster as dg
import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from analyzers.contract import Frame
from resources import sources
from resources.decode import MediaError
from tiktok_assets.batches import _failure
from tiktok_assets.definitions import build
from tiktok_assets.page.contact import MAX_BYTES, contact_sheet, glance
from tiktok_assets.page.links import result_link
from tiktok_assets.page.peek import COLUMNS, LONGEST_CELL, ROWS, peek
from tiktok_assets.page.strip import STEPS, strip
from tiktok_assets.partitions import VIDEO_SET

INLINE = 1000  # characters of Markdown that the UI draws without a click


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist([{"confidence": None} | row for row in rows])


def span(start_s: float, end_s: float, **more) -> dict:
    return {"start_s": start_s, "end_s": end_s} | more


def cells(found: dg.TableMetadataValue | None) -> list[dict]:
    assert found is not None
    return [dict(record.data) for record in found.records]


def heights(drawn: str | None) -> list[int]:
    """How much of the strip each of its steps fills, from its foot."""
    assert drawn is not None
    svg = b64decode(drawn.partition("base64,")[2][:-1]).decode()
    return [12 - int(y) for y in re.findall(r"V(\d+)h5", svg)]


# The strip


def test_the_strip_is_high_where_rows_lie_and_empty_elsewhere():
    drawn = heights(strip(table([span(2.0, 4.0), span(3.0, 4.0)]), 10.0))
    assert len(drawn) == STEPS
    assert set(drawn[: STEPS // 5]) == set(drawn[STEPS * 2 // 5 :]) == {0}
    assert drawn[STEPS // 5] == 6
    assert drawn[STEPS * 2 // 5 - 1] == 12


def test_the_strip_shows_a_moment_and_one_at_the_very_end():
    drawn = heights(strip(table([span(0.0, 0.0), span(10.0, 10.0)]), 10.0))
    assert (drawn[0], drawn[-1], sum(drawn)) == (12, 12, 24)


def test_the_strip_leaves_out_what_holds_for_the_whole_video_or_for_every_frame():
    curve = [span(i / 10, i / 10 + 0.1, level="frame") for i in range(100)]
    rows = [span(0.0, 10.0, level="video"), span(5.0, 6.0, level="segment"), *curve]
    assert heights(strip(table(rows), 10.0)) == heights(strip(table([span(5.0, 6.0, level="segment")]), 10.0))
    assert min(heights(strip(table(curve), 10.0))) > 0


def test_there_is_no_strip_of_nothing():
    empty = pa.table({"start_s": pa.array([], pa.float64()), "end_s": pa.array([], pa.float64())})
    assert strip(empty, 10.0) is None
    assert strip(table([span(0.0, 0.0)]), 0.0) is None


@pytest.mark.parametrize("n", [1, 60, 5000])
def test_a_strip_is_always_short_enough_to_be_drawn_at_once(n):
    starts = np.random.default_rng(n).uniform(0, 60, n)
    drawn = strip(table([span(float(s), float(s) + 0.3) for s in starts]), 60.0)
    assert drawn is not None
    assert len(drawn) < INLINE


# The five rows


def test_one_row_of_each_kind_the_rarest_first_then_the_longest_in_order_of_time():
    beats = [span(float(i), i + 0.1, kind="beats_of_a_kind", n=i) for i in range(20)]
    rows = [*beats, span(3.0, 9.0, kind="section", n=100), span(0.0, 20.0, kind="summary", n=200)]
    rows[7] = rows[7] | {"end_s": 9.5}
    found = cells(peek(table(rows)))
    assert len(found) == ROWS
    assert {row["n"] for row in found} >= {200, 100, 7}
    assert [row["start_s"] for row in found] == sorted(row["start_s"] for row in found)


def test_a_curve_is_not_what_tells_most():
    curve = [span(i / 10, i / 10 + 0.1, level="frame") for i in range(100)]
    assert [row["level"] for row in cells(peek(table([*curve, span(1.0, 2.0, level="segment")])))] == ["segment"]
    assert len(cells(peek(table(curve)))) == ROWS


def test_few_columns_those_that_are_filled_and_none_that_says_the_same_everywhere():
    wide = {f"c{i:02}": (i if i % 2 else None) for i in range(30)}
    (row,) = cells(peek(table([span(0.0, 1.0, video_id="v", backend="b", row_id="r", **wide)])))
    assert len(row) == COLUMNS
    assert list(row)[:3] == ["start_s", "end_s", "c01"]
    assert not {"video_id", "backend", "row_id", "confidence"} & row.keys()


def test_what_is_the_same_in_all_rows_and_mere_numbers_of_things_come_last():
    rows = [
        span(float(i), i + 1.0, thing_id=i, vocab="opencv", **{f"c{n}": i * n for n in range(1, 7)}) for i in range(3)
    ]
    assert list(cells(peek(table(rows)))[0]) == ["start_s", "end_s", "c1", "c2", "c3", "c4", "c5"]


def test_numbers_are_rounded_lists_are_told_in_short_and_absence_stays_absence():
    rows = [
        span(
            0.0, 1 / 3, palette=[{"hex": "#aabbcc", "share": 0.5}, {"hex": "#112233", "share": 0.1}], is_loud=True, n=3
        ),
        span(1.0, 2.0, palette=[{"hex": "#000000", "share": 1.0}], is_loud=None, n=None),
    ]
    first, second = cells(peek(table(rows)))
    assert first == {"start_s": 0.0, "end_s": 0.333, "palette": "#aabbcc, #112233", "is_loud": True, "n": 3}
    assert (second["is_loud"], second["n"]) == (None, None)


def test_a_strangers_words_stay_one_line_of_plain_text():
    evil = "![x](http://evil.example/x.png)\n<script>alert(1)</script> " + "long " * 100
    found = peek(table([span(0.0, 1.0, text=evil)]))
    (row,) = cells(found)
    assert "\n" not in row["text"]
    assert len(row["text"]) == LONGEST_CELL
    assert isinstance(found, dg.TableMetadataValue)


def test_nothing_found_shows_no_rows():
    assert peek(table([span(0.0, 1.0)]).slice(0, 0)) is None


# The video's pictures


def frames(height: int, width: int, count: int = 30) -> list[Frame]:
    noise = np.random.default_rng(0)
    return [Frame(i, i / 4, noise.integers(0, 256, (height, width, 3), np.uint8)) for i in range(count)]


@pytest.mark.parametrize("size", [(160, 96), (96, 160), (2, 2), (1, 1), (40, 2000), (2000, 40)])
def test_the_glance_of_the_noisiest_video_is_drawn_at_once(size):
    drawn = glance(frames(*size))  # pyright: ignore[reportArgumentType]
    assert drawn is not None
    assert len(drawn) < INLINE
    svg = unquote(drawn)
    inner = re.search(r"base64,([^']+)'", svg)
    assert inner
    assert Image.open(BytesIO(b64decode(inner[1]))).width > 0
    assert not re.search(r"[\s<>()]", drawn[len("![](") : -1]), "Markdown would end the address there"


def test_the_contact_sheet_keeps_to_its_size():
    drawn = contact_sheet(frames(640, 360))  # pyright: ignore[reportArgumentType]
    assert drawn is not None
    data = b64decode(drawn.partition("base64,")[2][:-1])
    assert Image.open(BytesIO(data)).size == (8 * 72, 128)
    assert len(contact_sheet(frames(640, 360, count=1)) or "") > 0  # pyright: ignore[reportArgumentType]
    plain = [Frame(i, i / 4, np.full((640, 360, 3), 40 * i, np.uint8)) for i in range(4)]
    assert len(contact_sheet(plain) or "") < MAX_BYTES * 4 / 3  # pyright: ignore[reportArgumentType]


def test_a_video_without_pictures_has_neither():
    assert glance([]) is None
    assert contact_sheet([]) is None


def test_the_page_of_a_result_is_at_the_api_or_where_the_operator_says(monkeypatch):
    monkeypatch.delenv("TIKTOK_API", raising=False)
    assert result_link("7123456789").url == "http://127.0.0.1:8003/results/7123456789"
    monkeypatch.setenv("TIKTOK_API", "https://tiktok.example.org/")
    assert result_link("7123456789").url == "https://tiktok.example.org/results/7123456789"


# What Dagster is told


@pytest.fixture
def events(house, store, clips, settings) -> list:
    """All that one run over one video tells."""
    video = sources.accept(store, clips[0])
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [video])
        job = build(settings).resolve_job_def("analyze")
        return list(job.execute_in_process(instance=instance, partition_key=video).all_events)


def test_a_table_tells_how_it_fared_before_what_it_is(events):
    (glow,) = [e.materialization for e in events if e.is_step_materialization and e.asset_key.path[-1] == "glow"]
    told = [name for name in glow.metadata if not name.startswith("dagster/")]
    wanted = ["status", "when", "found", "backend", "seconds", "seconds_per_video_second", "result", "path"]
    assert told == wanted
    assert glow.metadata["dagster/row_count"].value == 6
    assert glow.metadata["status"].value == "ok"


def test_the_pictures_are_told_of_the_video_itself_once_it_is_decoded(events):
    (seen,) = [e.asset_observation_data.asset_observation for e in events if e.is_asset_observation]
    assert (seen.asset_key.path, seen.partition is not None) == (["source", "video"], True)
    assert set(seen.metadata) == {"glance", "contact_sheet"}


def test_a_failure_opens_with_its_word_its_reason_and_its_remedy():
    refused = {"local-1": MediaError("not_media", "these bytes are no video", "check what was saved")}
    assert _failure(refused, 0).description == "not_media: these bytes are no video; check what was saved. [local-1]"
    both = refused | {"local-2": MediaError("empty_file", "no bytes", "download it again")}
    lines = (_failure(both, 1).description or "").splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["not_media", "empty_file"]
    assert lines[2:] == ["2 videos refused", "1 other video of the batch is kept"]


def test_a_day_without_new_videos_is_not_overdue(house, settings):
    """Dagster knows freshness by asset alone, not by partition: any policy would call a quiet house late."""
    graph = build(settings).resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert [node.key for node in nodes if node.freshness_policy_or_from_metadata or node.legacy_freshness_policy] == []
    assert all(node.automation_condition for node in nodes)
