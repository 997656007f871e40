"""The names that the server answers to. A page elsewhere can point a name at this computer; it is refused."""

import os
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from explorer.base.errors import InputError
from explorer.base.settings import ADDRESS, HOSTS, KEYS

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY = ("0.0.0.0", "::", "")
NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?")
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/@\[\]]+))(?::\d{1,5})?")


@dataclass(frozen=True)
class Hosts:
    """names: all that the server answers to, in lower case. given: those of `--host`, such as a proxy's."""

    names: frozenset[str]
    given: frozenset[str] = frozenset()

    def takes(self, host: str, own: str = "") -> bool:
        """Whether a request that asks for `host` is answered. own: the address that the connection came in on."""
        name = host_name(host)
        return bool(name) and (name in self.names or name == own)

    def takes_origin(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` may talk to the server: its own pages, and those of the names that were given."""
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            return False
        return parts.netloc.lower() == host.lower() or host_name(parts.netloc) in self.given


def hosts_of(address: str, given: Iterable[str] = ()) -> Hosts:
    """The hosts of a server on `address`: the names of loopback, the address, those given; its own beyond loopback."""
    extra = frozenset(filter(None, map(host_name, given)))
    own = _own_names() if address in ANY else {host_name(f"[{address}]" if ":" in address else address)}
    return Hosts(frozenset(LOOPBACK) | own | extra, extra)


@lru_cache(maxsize=128)
def is_loopback(address: str) -> bool:
    """Whether only this computer can reach a server on `address`."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@lru_cache(maxsize=128)
def host_name(host: str) -> str:
    """The name in a Host header, without the port, in lower case; "" for what is none."""
    found = HOST.fullmatch(host.strip().lower())
    if not found:
        return ""
    name = found[1] or found[2].rstrip(".")
    try:
        return str(ip_address(name))
    except ValueError:
        return name if found[2] and NAME.fullmatch(name) else ""


def check_host(text: str) -> str:
    """The name that `--host` gives; InputError when it is none."""
    name = host_name(text)
    if not name:
        raise InputError(f"--host: expected a name or an address such as photos.example.org, got {text!r}.")
    return name


def _own_names() -> set[str]:
    """This machine's own name and the addresses that belong to it."""
    name = socket.gethostname().lower()
    found = {name, name.partition(".")[0], f"{name.partition('.')[0]}.local"}
    with suppress(OSError):  # a machine whose name is in no list has no addresses by it
        found |= {str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(name, None)}
    return found


def let_in(address: str, hosts: Iterable[str], *, keys: bool) -> None:
    """Settle for this process and those it starts who gets in. Beyond loopback, or with `keys`, people need a key.

    hosts: further names that the server answers to; behind one of them is a proxy that others may reach.
    """
    names = [check_host(one) for one in hosts]
    beyond = not is_loopback(address) or bool(names)
    os.environ |= {ADDRESS: address, HOSTS: " ".join(names), KEYS: "1" if keys or beyond else ""}
