"""The guard: what is not the public internet is never connected to, whatever it is called."""

import ipaddress
import socket
import struct
from threading import Thread
from urllib.parse import urlsplit

import pytest

from resources.downloading import guard
from resources.downloading.guard import Guard, as_address, why_forbidden

GRANTED, FORBIDDEN, UNREACHABLE = 0, 2, 4


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_of_no_stranger_are_forbidden(address: str):
    assert why_forbidden(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "23.215.0.136", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_not(address: str):
    assert why_forbidden(ipaddress.ip_address(address)) == ""


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "::1%lo"])
def test_other_spellings_of_an_address_are_understood(host: str):
    found = as_address(host)
    assert found is not None
    assert why_forbidden(found)


def test_names_are_no_addresses():
    assert as_address("www.tiktok.com") is None


def ask(guard: Guard, host: str, port: int) -> tuple[int, socket.socket]:
    proxy = urlsplit(guard.address)
    client = socket.create_connection((proxy.hostname, proxy.port), 10)
    client.sendall(b"\x05\x01\x02")
    assert client.recv(2) == b"\x05\x02"
    client.sendall(b"\x01\x05guard" + bytes([len(proxy.password)]) + proxy.password.encode())
    assert client.recv(2) == b"\x01\x00"
    name = host.encode()
    client.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack(">H", port))
    return client.recv(10)[1], client


@pytest.mark.parametrize("said", [b"\x05\x01\x00", b"\x05\x01\x02\x01\x05guard\x04word"])
def test_nobody_else_goes_through(said: bytes, connected: list[tuple]):
    client = socket.create_connection(("127.0.0.1", urlsplit(Guard(frozenset(), "").address).port), 10)
    client.sendall(said)
    client.sendall(b"\x05\x01\x00\x01\x01\x01\x01\x01\x01\xbb")
    heard = b""
    try:
        while piece := client.recv(10):
            heard += piece
    except ConnectionError:
        pass
    assert heard[:2] in (b"\x05\xff", b"\x05\x02")
    assert b"\x05\x00" not in heard
    assert connected == []


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Where connections went, in place of connecting."""
    made: list[tuple] = []

    def connect(address: tuple, timeout: float) -> socket.socket:
        made.append(address)
        raise OSError("not in a test")

    real = socket.create_connection
    monkeypatch.setattr(
        guard.socket, "create_connection", lambda a, t=None: connect(a, 0) if a[1] == 443 else real(a, t)
    )
    return made


def resolving(monkeypatch: pytest.MonkeyPatch, answers: dict[str, list[list[str]]]) -> None:
    """Name servers that say this, and something else the next time."""
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest, **named):
        if host not in answers:
            return real(host, port, *rest, **named)
        said = answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in said]

    monkeypatch.setattr(guard.socket, "getaddrinfo", lookup)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, connected: list[tuple]):
    resolving(monkeypatch, {"evil.example": [["10.0.0.7"]], "two.example": [["1.1.1.1", "127.0.0.1"]]})
    found = Guard(frozenset(), "")
    assert ask(found, "evil.example", 443)[0] == FORBIDDEN
    assert "10.0.0.7" in found.forbidden
    assert ask(found, "two.example", 443)[0] == FORBIDDEN
    assert connected == []


def test_a_name_is_looked_up_once_and_that_address_is_used(monkeypatch: pytest.MonkeyPatch, connected: list[tuple]):
    answers = {"rebinds.example": [["1.1.1.1"], ["127.0.0.1"]]}
    resolving(monkeypatch, answers)
    assert ask(Guard(frozenset(), ""), "rebinds.example", 443)[0] == UNREACHABLE
    assert connected == [("1.1.1.1", 443)]
    assert answers == {"rebinds.example": [["127.0.0.1"]]}


@pytest.mark.parametrize(("host", "port"), [("www.tiktok.com", 80), ("1.1.1.1", 22), ("localhost", 443)])
def test_only_https_and_only_outside(connected: list[tuple], host: str, port: int):
    assert ask(Guard(frozenset(), ""), host, port)[0] == FORBIDDEN
    assert connected == []


def echo_server(first: bytes = b"") -> tuple[int, list[bytes]]:
    """A server that says what it is told; or, as a proxy, answers the first thing with `first`."""
    listener, heard = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            if first:
                heard.append(connection.recv(4096))
                connection.sendall(first)
            while piece := connection.recv(4096):
                heard.append(piece)
                connection.sendall(piece)

    Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1], heard


def test_bytes_go_both_ways_until_there_were_too_many():
    port, _ = echo_server()
    found = Guard(frozenset({f"127.0.0.1:{port}"}), "")
    code, client = ask(found, "127.0.0.1", port)
    assert code == GRANTED
    client.sendall(b"hello")
    assert client.recv(10) == b"hello"
    found.left = 3
    client.sendall(b"again")
    assert client.recv(10) == b""
    assert found.is_over


def test_with_a_proxy_of_the_user_everything_goes_through_it():
    port, heard = echo_server(b"HTTP/1.1 200 OK\r\n\r\n")
    found = Guard(frozenset(), f"http://me:word@127.0.0.1:{port}")
    code, client = ask(found, "www.tiktok.com", 443)
    assert code == GRANTED
    client.sendall(b"hello")
    assert client.recv(10) == b"hello"
    assert heard[0].startswith(b"CONNECT www.tiktok.com:443")
    assert b"Proxy-Authorization: Basic bWU6d29yZA==" in heard[0]
    assert ask(Guard(frozenset(), f"http://127.0.0.1:{port}"), "169.254.169.254", 443)[0] == FORBIDDEN
