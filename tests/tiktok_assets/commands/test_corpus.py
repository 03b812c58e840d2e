"""The command that says where the page over all videos is."""

import json

from resources.store import Store
from tests.tiktok_assets.corpus.small import name_of
from tests.tiktok_assets.corpus.videos import write_told
from tests.tiktok_assets.test_cli import cli
from tiktok_assets.corpus.page import page_path


def test_it_makes_the_page_where_it_is_missing_and_only_there(tmp_path):
    store = Store(root=str(tmp_path))
    write_told(store, name_of(1))
    path = str(page_path(store))
    assert cli("corpus", data=tmp_path).stdout.split() == ["page", path]
    assert name_of(1) in page_path(store).read_text(encoding="utf-8")
    told = json.loads(cli("corpus", "--json", data=tmp_path).stdout)
    assert told == {"path": path, "built": False, "videos_made_anew": 0}
    write_told(store, name_of(2)).write_text("{")
    done = cli("corpus", data=tmp_path)
    assert "1 reports could not be read" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_cannot_be_written_to_is_said_without_a_trace(tmp_path):
    (tmp_path / "corpus").write_text("no folder")
    done = cli("corpus", data=tmp_path)
    assert done.returncode == 5
    assert "index.html" in done.stderr
    assert "Traceback" not in done.stderr
