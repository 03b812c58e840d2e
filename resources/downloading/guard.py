"""The one way out of a downloading process: a tunnel (SOCKS 5, RFC 1928) that looks at every address first.

yt-dlp speaks through Python's sockets and through libcurl, follows redirects by itself, and asks hosts that it read
from a page. All of that goes through this tunnel: names are resolved here, once, each connection goes to the very
address that was looked at, and what is not the public internet is refused before a packet is sent. It also counts:
what is more than allowed is cut off, whoever reads it.
"""

import ipaddress
import os
import secrets
import selectors
import socket
import struct
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

HTTPS = 443
CONNECT_S = 20.0
PIECE = 1 << 16
PAGES_BYTES = 8 << 20  # a page, which has half a megabyte, and what is said before a file

# Machines of this network that may be asked all the same, as host:port. For tests, which set it from within.
ALSO_OPEN: frozenset[str] = frozenset()

GRANTED, FAILED, FORBIDDEN, UNREACHABLE = 0, 1, 2, 4  # of RFC 1928
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last four bytes


class ForbiddenError(OSError):
    """An address that may not be asked."""


class Guard:
    """Started in the child; `address` is the proxy for everything there."""

    def __init__(self, also_open: frozenset[str], upstream: str) -> None:
        self._also_open = also_open
        self._upstream = f"http://{upstream}" if upstream and "://" not in upstream else upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self._word = secrets.token_hex(16)  # nobody else on this machine goes through here
        self.address = f"socks5h://guard:{self._word}@127.0.0.1:{self._port}"
        self.left = PAGES_BYTES  # bytes that may still come in
        self.is_over = False
        self.forbidden = ""  # the last address that was refused, and why
        self.unreached = ""  # the last one that did not answer
        self._allowed = {("127.0.0.1", self._port)}
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with client:
            try:
                host, port = _asked(client, self._word)
                server = self._reach(host, port)
            except ForbiddenError as error:
                self.forbidden = str(error)
                _answer(client, FORBIDDEN)
                return
            except (OSError, HTTPException) as error:
                self.unreached = str(error)
                _answer(client, UNREACHABLE)
                return
            with server:
                _answer(client, GRANTED)
                self._carry(client, server)

    def _reach(self, host: str, port: int) -> socket.socket:
        """A connection to a host, or a refusal."""
        is_open = f"{host}:{port}" in self._also_open
        if not is_open and (literal := as_address(host)) and (why := why_forbidden(literal)):
            raise ForbiddenError(f"{host} is {why}")
        if port != HTTPS and not is_open:
            raise ForbiddenError(f"{host}:{port} is no https address")
        if self._upstream and not is_open:
            return self._through_proxy(host, port)  # names are resolved where the proxy is
        found = _resolve(host, port)
        for address in found:
            if not is_open and (why := why_forbidden(address)):
                raise ForbiddenError(f"{host} is {address}, {why}")
        failed: OSError = OSError(f"{host} has no address")
        for address in found:
            self._allowed.add((str(address), port))
            try:
                return socket.create_connection((str(address), port), CONNECT_S)
            except OSError as error:
                failed = OSError(f"{host}: {error.strerror or error}")
        raise failed

    def _through_proxy(self, host: str, port: int) -> socket.socket:
        proxy = urlsplit(self._upstream)
        name, at = proxy.hostname or "", proxy.port or (1080 if proxy.scheme.startswith("socks") else 8080)
        self._allowed.update((str(address), at) for address in _resolve(name, at))
        if proxy.scheme.startswith("socks"):
            from yt_dlp.socks import ProxyType, sockssocket

            kind: Any = ProxyType.SOCKS5 if proxy.scheme.startswith("socks5") else ProxyType.SOCKS4A
            through = sockssocket(socket.AF_INET)
            user = unquote(proxy.username) if proxy.username else None
            through.setproxy(kind, name, at, True, user, unquote(proxy.password or "") if user else None)
            through.settimeout(CONNECT_S)
            through.connect((host, port))
            return through
        connection = HTTPConnection(name, at, timeout=CONNECT_S)
        word = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}".encode()
        headers = {"Proxy-Authorization": "Basic " + b64encode(word).decode()} if proxy.username else {}
        connection.set_tunnel(host, port, headers)
        connection.connect()
        return connection.sock

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        """Bytes both ways until either side ends, or more came than may."""
        for end in (client, server):
            end.settimeout(None)
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    source: Any = key.fileobj
                    try:
                        piece = source.recv(PIECE)
                        if not piece:
                            return
                        if source is server:
                            self.left -= len(piece)
                            if self.left < 0:
                                self.is_over = True
                                return
                        key.data.sendall(piece)
                    except OSError:
                        return

    # Nothing else in this process goes out

    def close_the_rest(self) -> None:
        """From here on no Python code in this process connects elsewhere, or starts another program. For good."""
        sys.addaudithook(self._watch)
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]  # libcurl would go by `no_proxy`

    def _watch(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"):
            raise ForbiddenError(f"{event} in a process that downloads")
        if event in ("socket.connect", "socket.sendto"):
            where: Any = args[1]
            if type(where) is tuple and tuple(where[:2]) not in self._allowed:  # a text is a socket of this machine
                raise ForbiddenError(f"{where[0]}:{where[1]} past the guard")


def why_forbidden(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """What keeps an address from being asked; empty where nothing does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in NAT64:
            return why_forbidden(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        teredo: Any = address.teredo
        inner = address.sixtofour or (teredo[1] if teredo else None)
        if inner is not None and (why := why_forbidden(inner)):
            return why
    kinds: dict[str, Callable[[], bool]] = {
        "this machine": lambda: address.is_loopback or address.is_unspecified,
        "a link-local address": lambda: address.is_link_local,
        "a multicast address": lambda: address.is_multicast,
        "a reserved address": lambda: address.is_reserved,
        "a private address": lambda: not address.is_global,
    }
    return next((kind for kind, holds in kinds.items() if holds()), "")


def machines_proxy() -> str:
    """The proxy that this machine's environment names."""
    return getproxies().get("https", "")


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A host that is an address already, in any of the spellings that sockets take (0x7f.1, 2130706433)."""
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _resolve(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OSError(f"{host} is not known to the name servers: {error}") from error
    hosts: list[Any] = [item[4][0] for item in found if item[4]]
    return list(dict.fromkeys(ipaddress.ip_address(str(host).split("%")[0]) for host in hosts))


def _asked(client: socket.socket, word: str) -> tuple[str, int]:
    """The host and port that a client wants to reach, once it has said the word (RFC 1929)."""
    client.settimeout(CONNECT_S)
    _, n_methods = _read(client, 2)
    if 2 not in _read(client, n_methods):
        client.sendall(b"\x05\xff")
        raise OSError("a client without the word")
    client.sendall(b"\x05\x02")
    _, length = _read(client, 2)
    _read(client, length)
    said = _read(client, _read(client, 1)[0])
    is_right = secrets.compare_digest(said, word.encode())
    client.sendall(b"\x01\x00" if is_right else b"\x01\x01")
    if not is_right:
        raise OSError("a client with another word")
    _, command, _, kind = _read(client, 4)
    if kind == 3:
        host = _read(client, _read(client, 1)[0]).decode("ascii")
    else:
        host = str(ipaddress.ip_address(_read(client, 4 if kind == 1 else 16)))
    port = struct.unpack(">H", _read(client, 2))[0]
    if command != 1:
        raise ForbiddenError(f"{host}:{port} by another way than a connection")
    return host, port


def _answer(client: socket.socket, code: int) -> None:
    try:
        client.sendall(bytes([5, code, 0, 1]) + bytes(6))
    except OSError:
        return


def _read(client: socket.socket, count: int) -> bytes:
    had = b""
    while len(had) < count:
        piece = client.recv(count - len(had))
        if not piece:
            raise OSError("the client hung up")
        had += piece
    return had
