"""The hub: which commit a branch stands at, so that all files of a model are of one."""

import json
import re
from collections.abc import Mapping
from http.client import HTTPException

from resources import models
from resources.models import Model
from resources.pulling.patience import Stumble, Tell, ask, in_words, patiently, refuse
from resources.pulling.web import PullError

COMMIT = re.compile(r"[0-9a-f]{40}")
LONGEST = 1 << 24  # bytes of the hub's answer about a model


def commit_of(model: Model, mirrors: Mapping[str, str], tell: Tell) -> str | None:
    """The commit that a model's files come from; None where none of them lies on the hub."""
    if not model.repository or all(file.url or file.wheel for file in model.files):
        return None
    if COMMIT.fullmatch(model.revision):
        return model.revision
    url = f"{models.HUB}/api/models/{model.repository}/revision/{model.revision}"
    told = patiently(lambda: _json(url, mirrors), tell)
    commit = told.get("sha") if isinstance(told, dict) else None
    if not isinstance(commit, str) or not COMMIT.fullmatch(commit):
        raise PullError("unreachable", f"{url} names no commit", "Try again later, or bring the files: --from DIR")
    return commit


def _json(url: str, mirrors: Mapping[str, str]) -> object:
    answer = ask(url, mirrors)
    with answer.response:
        refuse(answer, url)
        try:
            return json.loads(answer.response.read(LONGEST))
        except (OSError, HTTPException, ValueError) as error:
            raise Stumble(f"{url} was not understood ({in_words(error)})") from error
