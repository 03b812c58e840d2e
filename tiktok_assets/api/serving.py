"""The process that serves the API: where it listens, how long it waits for the slow, and how it ends."""

import gc
import ipaddress
import resource
import socket
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from resources.settings import Settings, SettingsError
from tiktok_assets.api.app import create_app
from tiktok_assets.api.house import House
from tiktok_assets.api.token import read_token
from tiktok_assets.instance import open_instance

PORT = 8003
HEAD_S = 10.0  # for a request's head to arrive whole, from the moment of connecting
END_S = 8  # for answers in progress, when the process is told to end
HEAD_BYTES = 32 << 10
FILES = 8192  # connections and files at once, as far as the machine allows


class Impatient(H11Protocol):
    """Drops who connects and says nothing, or says it letter by letter. uvicorn waits for them for ever."""

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_S, self._drop)

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None:
            self._patience.cancel()  # from here on, keep-alive and the gatekeeper have their own clocks

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def _drop(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


def check_address(host: str, token: str | None) -> None:
    """Refuse to be reachable from elsewhere without a token. Raises SettingsError."""
    if not is_local(host) and token is None:
        raise SettingsError(f"{host} can be reached from other machines, and there is no token")


def is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def serve(data: Path, settings: Settings, host: str, port: int) -> None:
    """Serve until told to end. Raises SettingsError before anything is opened, OSError where the port is taken."""
    token = read_token(settings)
    check_address(host, token)
    data.mkdir(parents=True, exist_ok=True)
    _allow_files()
    with open_instance(data) as instance:
        house = House(data, instance, settings, token, is_local(host))
        config = uvicorn.Config(
            create_app(house),
            host=host,
            port=port,
            http=Impatient,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=END_S,
            h11_max_incomplete_event_size=HEAD_BYTES,
        )
        gc.collect()
        gc.freeze()  # what is loaded stays: to look through it for garbage now and then stops all answers for 0.3 s
        with _listening(host, port) as sock:
            uvicorn.Server(config).run(sockets=[sock])


def _listening(host: str, port: int) -> socket.socket:
    """The port, taken here, so that a second server is told so at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host.strip("[]"), port))
    except OSError:
        sock.close()
        raise
    return sock


def _allow_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
