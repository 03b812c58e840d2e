"""Hears every attempt to reach the network, of a process and of all Python processes that it starts.

Python's own audit hooks tell before a socket is connected or a name is looked up; `sitecustomize` puts the hook
into each process before anything of ours runs.
"""

import json
import os
from pathlib import Path
from typing import Any

HOOK = """
import json, os, sys

EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
HERE = os.path.dirname(os.path.abspath(__file__))
OURS = {"127.0.0.1", "localhost", "::1"}


def note(kind, **said):
    line = json.dumps({"kind": kind, "pid": os.getpid(), "command": " ".join(sys.argv)[:200]} | said) + "\\n"
    handle = os.open(os.path.join(HERE, "heard.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, line.encode())
    os.close(handle)


def hear(event, args):
    if event not in EVENTS:
        return
    to = args[0] if event.startswith("socket.get") else args[1]
    host = to[0] if isinstance(to, tuple) else to
    is_of_this_machine = to is None or (isinstance(to, str | bytes) and event in ("socket.connect", "socket.sendto"))
    if host not in OURS and not is_of_this_machine:  # a path is a socket between processes
        note("attempt", event=event, to=str(to))


sys.addaudithook(hear)
note("started", environment=dict(os.environ))
"""


class Eavesdropper:
    """A folder that makes Python processes tell; `environment` is what they have to be started with."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sitecustomize.py").write_text(HOOK)
        self._folder = folder
        path = os.pathsep.join(p for p in (str(folder), os.environ.get("PYTHONPATH")) if p)
        self.environment = {"PYTHONPATH": path}

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """What was told: `attempt`, or `started`, once for every process."""
        file = self._folder / "heard.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [said for said in map(json.loads, lines) if said["kind"] == kind]

    def attempts(self) -> list[str]:
        return [f"{said['event']} {said['to']} by {said['command']}" for said in self.heard("attempt")]
