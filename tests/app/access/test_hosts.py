"""Names that a server answers to, and what is none."""

import socket

import pytest

from explorer.app.access.asked import Asked, asked_of
from explorer.app.access.hosts import check_host, host_name, hosts_of, is_loopback, let_in
from explorer.app.access.links import key_links
from explorer.base.errors import InputError


def asked(path: str, host: str = "localhost", **headers: str) -> Asked:
    sent = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
    return asked_of({"type": "http", "method": "GET", "path": path, "headers": raw, "client": ("127.0.0.1", 1)})


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("LocalHost:8501", "localhost"),
        ("photos.example.", "photos.example"),
        ("[::1]:80", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("192.168.1.5:8501", "192.168.1.5"),
        ("", ""),
        ("a b", ""),
        ("a@b", ""),
        ("a/b", ""),
        ("a,b", ""),
        ("[::1", ""),
        ("[abc]", ""),
        ("a:port", ""),
        ("::1", ""),
    ],
)
def test_the_name_of_a_host(header: str, name: str) -> None:
    assert host_name(header) == name


def test_a_server_for_all_answers_to_its_own_name_and_to_the_address_that_was_reached() -> None:
    hosts = hosts_of("0.0.0.0")
    assert hosts.takes(socket.gethostname()) and hosts.takes("192.168.1.5:80", own="192.168.1.5")
    assert not hosts.takes("192.168.1.5", own="10.0.0.1") and not hosts_of("127.0.0.1").takes(socket.gethostname())
    assert hosts_of("192.168.1.5").takes("192.168.1.5")
    assert hosts_of("127.0.0.1", ["Photos.Example"]).takes("photos.example:443")


def test_a_header_that_comes_twice_is_no_host() -> None:
    twice = asked_of({"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"localhost")] * 2})
    assert host_name(twice.host) == ""


@pytest.mark.parametrize(
    ("address", "hosts", "keys", "wanted"),
    [
        ("127.0.0.1", [], False, False),
        ("127.0.0.1", [], True, True),
        ("::1", [], False, False),
        ("localhost", [], False, False),
        ("0.0.0.0", [], False, True),
        ("192.168.1.5", [], False, True),
        ("127.0.0.1", ["photos.example"], False, True),
    ],
)
def test_keys_are_needed_where_others_can_reach_the_server(
    address: str, hosts: list[str], keys: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EXPLORER_ADDRESS", "EXPLORER_HOSTS", "EXPLORER_KEYS"):
        monkeypatch.setenv(name, "")
    let_in(address, hosts, keys=keys)
    assert bool(key_links("http://localhost:8501")) is wanted
    assert is_loopback(address) is (address in ("127.0.0.1", "::1", "localhost"))


def test_a_name_that_is_none_is_a_message() -> None:
    with pytest.raises(InputError, match="--host: expected a name"):
        check_host("https://photos.example/")
