"""What is generated from the code is what lies in the repository."""

import pytest

from tiktok_assets.commands.docs import written


@pytest.mark.parametrize("path", written(), ids=lambda p: p.name)
def test_the_committed_file_is_up_to_date(path):
    assert path.exists(), "run: make docs"
    assert path.read_text(encoding="utf-8") == written()[path], "run: make docs"
