"""The drop folder: every file becomes a partition once, or is refused with its reason beside it."""

import os
import shutil
import time

import dagster as dg
import pytest

from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.sensors import drop_folder


@pytest.fixture
def inbox(store, tmp_path):
    folder = tmp_path / "data" / "inbox"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def drop(inbox, clip, name: str, age_s: float = 60):
    path = inbox / name
    shutil.copy(clip, path)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def tick(instance, store) -> list[str]:
    """One tick, and what the daemon does with its answer."""
    context = dg.build_sensor_context(instance=instance, resources={"store": store})
    result = drop_folder(context)
    new = [key for request in result.dynamic_partitions_requests for key in request.partition_keys]
    instance.add_dynamic_partitions(VIDEO_SET, new)
    return new


def test_a_file_becomes_a_partition_and_then_is_put_away(house, inbox, clips, instance, store):
    path = drop(inbox, clips[0], "ünï \U0001f389.mp4")
    (video,) = tick(instance, store)
    assert store.video_path(video).exists()
    assert path.exists()
    assert tick(instance, store) == []
    assert (inbox / "done" / path.name).exists()
    assert not path.exists()


def test_captions_come_with_their_video_and_are_put_away_with_it(house, inbox, clips, instance, store):
    drop(inbox, clips[0], "a.mp4")
    (inbox / "a.de.vtt").write_text("WEBVTT")
    (inbox / "alone.vtt").write_text("WEBVTT")
    (video,) = tick(instance, store)
    assert store.captions_path(video).read_text() == "WEBVTT"
    tick(instance, store)
    assert {p.name for p in (inbox / "done").iterdir()} == {"a.mp4", "a.de.vtt"}
    assert (inbox / "alone.vtt").exists()


def test_a_daemon_that_dies_before_its_answer_is_stored_loses_nothing(house, inbox, clips, instance, store):
    drop(inbox, clips[0], "a.mp4")
    context = dg.build_sensor_context(instance=instance, resources={"store": store})
    drop_folder(context)  # the answer is lost
    assert len(tick(instance, store)) == 1


def test_the_same_file_twice_is_one_video(house, inbox, clips, instance, store):
    drop(inbox, clips[0], "a.mp4")
    drop(inbox, clips[0], "b.mp4")
    assert len(tick(instance, store)) == 1
    tick(instance, store)
    assert {p.name for p in (inbox / "done").iterdir()} == {"a.mp4", "b.mp4"}


@pytest.mark.parametrize("name", ["half.mp4.part", ".hidden.mp4", "x.crdownload"])
def test_a_file_whose_name_says_not_yet_is_left_alone(house, inbox, clips, instance, store, name):
    path = drop(inbox, clips[0], name)
    assert tick(instance, store) == []
    assert path.exists()


def test_a_file_that_is_still_growing_is_left_alone(house, inbox, clips, instance, store):
    path = drop(inbox, clips[0], "new.mp4", age_s=0)
    assert tick(instance, store) == []
    assert path.exists()


def test_a_refused_file_lies_beside_its_reason_and_does_not_stop_the_others(house, inbox, clips, instance, store):
    (inbox / "link.mp4").symlink_to("/etc/passwd")
    os.utime(inbox / "link.mp4", (0, 0), follow_symlinks=False)
    drop(inbox, clips[0], "good.mp4")
    assert len(tick(instance, store)) == 1
    assert "outside_root" in (inbox / "rejected" / "link.mp4.error").read_text()


def test_a_file_that_is_no_video_is_put_aside_before_it_becomes_one(house, inbox, broken, instance, store):
    drop(inbox, broken, "page.mp4")
    assert tick(instance, store) == []
    assert "not_media" in (inbox / "rejected" / "page.mp4.error").read_text()
    assert not (inbox / "page.mp4").exists()


def test_an_empty_inbox_says_so(house, inbox, instance, store):
    context = dg.build_sensor_context(instance=instance, resources={"store": store})
    assert "nothing new" in str(drop_folder(context).skip_reason)
