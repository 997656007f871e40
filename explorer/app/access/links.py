"""The links that carry the keys of a server."""

import socket

from explorer.app.access.door import ENTER
from explorer.app.access.hosts import ANY
from explorer.app.access.keys import Keys, the_keys
from explorer.base.settings import keys_wanted, served_hosts


def key_links(url: str) -> list[str]:
    """Lines with the links that let people in; none where nobody needs a key."""
    if not keys_wanted():
        return []
    return [
        *links_with(the_keys(), _for_others(url)),
        "Whoever has a link gets in. Make other keys with: explorer keys --new",
        "",
    ]


def _for_others(url: str) -> str:
    """The address that others type: a name that was given, with https as a proxy has it, else this machine's own."""
    address, given = served_hosts()
    if given:
        return f"https://{given[0]}"
    return url.replace("://localhost", f"://{socket.gethostname()}") if address in ANY else url


def links_with(keys: Keys, url: str) -> list[str]:
    """A line for each key with the link that carries it."""
    return [
        f"To manage everything:  {url.rstrip('/')}{ENTER}?key={keys.organiser}",
        f"To look at everything: {url.rstrip('/')}{ENTER}?key={keys.viewer}",
    ]
