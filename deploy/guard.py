"""Runs one service, asks it every minute whether it is well, and ends it when it has not been for three.

    guard.py PROBE -- COMMAND...   run COMMAND under watch; leave when it ends, or when it had to be ended
    guard.py PROBE                 ask once: exit status 0 or 1, as a container's health check wants it

A PROBE is http://127.0.0.1:3000/server_info (answers at all), grpc://127.0.0.1:4266 (a code server that serves),
daemon (its heartbeats are recent), or fresh:PATH (a file written in the last three minutes).

Whoever started this starts it again: systemd by Restart=, a container by its restart policy. Dagster's own processes
leave when a thread of theirs ends, but not when one hangs, and none of them speaks to systemd's watchdog; this does,
in their name, so that nothing else has to look after them, by cron or otherwise. Only the standard library is loaded:
8 MB, and nothing of the project can break it.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

EVERY_S = 60.0  # to ask for the daemon's heartbeats costs 1.6 s of a processor
PATIENCE_S = 180.0  # since the last good answer, or since the start
PROBE_S = 20.0
END_S = 10.0  # between asking a service to leave and making it
PR_SET_PDEATHSIG = 1  # prctl(2)

# grpc.health.v1 on the wire: https://github.com/grpc/grpc/blob/master/doc/health-checking.md
SERVICE = b"\x0a\x0aDagsterApi"  # HealthCheckRequest, of what Dagster calls its code servers
SERVING = b"\x08\x01"  # HealthCheckResponse


def is_well(probe: str) -> bool:
    """Ask once."""
    kind, _, about = probe.partition(":")
    if kind == "http":
        return _http(probe)
    if kind == "grpc":
        return _grpc(about.removeprefix("//"))
    if kind == "fresh":
        return _fresh(Path(about))
    if probe == "daemon":
        return _daemon()
    raise SystemExit(f"{probe!r} is no probe: http://..., grpc://HOST:PORT, fresh:PATH or daemon")


def _http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_S / 2):
            return True
    except urllib.error.HTTPError:
        return True  # an API that says what is wrong elsewhere is well itself; started again, it would say it again
    except OSError:
        return False


def _grpc(address: str) -> bool:
    import grpc

    with grpc.insecure_channel(address) as channel:
        ask = channel.unary_unary("/grpc.health.v1.Health/Check")
        try:
            return ask(SERVICE, timeout=PROBE_S / 2) == SERVING
        except grpc.RpcError:
            return False


def _fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < PATIENCE_S
    except OSError:
        return False


def _daemon() -> bool:
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        beats = instance.get_daemon_heartbeats()
        last = [beats[kind].timestamp if kind in beats else 0.0 for kind in instance.get_required_daemon_types()]
    return all(time.time() - beat < PATIENCE_S for beat in last)


def tell_systemd(words: str) -> None:
    """sd_notify(3); where systemd is not listening, nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("\0" + address[1:] if address.startswith("@") else address)
        out.sendall(words.encode())


def watch(probe: str, command: list[str]) -> int:
    """Run a command for as long as it is well; its exit status."""
    child = subprocess.Popen(command, preexec_fn=_die_with_parent)
    is_over = threading.Event()

    def leave(number: int, _frame: FrameType | None) -> None:
        tell_systemd("STOPPING=1")
        is_over.set()
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    threading.Thread(target=_ask_on, args=(probe, child, is_over), daemon=True).start()
    status = child.wait()
    return status if status >= 0 else 128 - status


def _ask_on(probe: str, child: subprocess.Popen[bytes], is_over: threading.Event) -> None:
    last_well, every_s = time.monotonic(), 1.0  # often, until it has come up
    while not is_over.wait(every_s):
        # Asked from a process of its own: a question that hangs or leaks is not this process's concern.
        try:
            good = subprocess.run([sys.executable, __file__, probe], timeout=PROBE_S, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            good = False
        if good:
            last_well, every_s = time.monotonic(), EVERY_S
            tell_systemd("READY=1\nWATCHDOG=1")
        elif time.monotonic() - last_well > PATIENCE_S:
            print(f"guard: {probe} has not been well for {PATIENCE_S:.0f} s, ending it", file=sys.stderr, flush=True)
            child.terminate()
            if not is_over.wait(END_S):
                child.kill()
            return


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main(arguments: list[str]) -> int:
    if len(arguments) == 1:
        return 0 if is_well(arguments[0]) else 1
    if len(arguments) > 2 and arguments[1] == "--":
        return watch(arguments[0], arguments[2:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
