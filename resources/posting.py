"""Sending a message to an address that a stranger named: to public addresses only, looked up once, without detours."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from resources.downloading.guard import as_address, why_forbidden

TIMEOUT_S = 10.0  # to connect, and between two bytes
WHOLE_S = 20.0  # for everything: who answers a byte at a time is cut off
SECONDS_HELPED = (408, 425, 429)  # answers after which a later try may go well, beside those from 500 on


class NotPostedError(Exception):
    """The message did not arrive; `is_final` when it never will."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def post(url: str, body: bytes, headers: Mapping[str, str], also_allowed: Collection[str] = ()) -> int:
    """Send once; the status of the answer. A redirect is not followed: it is a failure. Raises NotPostedError."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme not in ("http", "https"):
        raise NotPostedError("it is no http address", is_final=True)
    address = _address(host, port, is_trusted=host in also_allowed)
    connection = _Pinned(host, port, address, is_secret=parts.scheme == "https")
    deadline = threading.Timer(WHOLE_S, connection.cut_off)
    deadline.start()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotPostedError(f"{type(error).__name__}: {error}", is_final=isinstance(error, ValueError)) from error
    finally:
        deadline.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise NotPostedError(f"it answered {status}", is_final=status < 500 and status not in SECONDS_HELPED)
    return status


def _address(host: str, port: int, *, is_trusted: bool) -> str:
    """The one address that will be used. A name with any inner address is refused whole: it plays games."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotPostedError(f"{host} has no address: {error}", is_final=isinstance(error, UnicodeError)) from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        literal = as_address(address)
        why = "no address" if literal is None else why_forbidden(literal)
        if why and not is_trusted:
            raise NotPostedError(f"{host} is {why}", is_final=True)
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at; the name goes into the certificate check and the Host header."""

    def __init__(self, host: str, port: int, address: str, *, is_secret: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self.default_port = 443 if is_secret else 80
        self._pinned, self._is_secret = address, is_secret

    def connect(self) -> None:
        self.sock = socket.create_connection((self._pinned, self.port), TIMEOUT_S)
        if self._is_secret:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut_off(self) -> None:
        """End it from another thread."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
