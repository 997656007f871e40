"""What of a request the gate looks at: which route, which host, from which page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import cookie_parser

SAFE = ("GET", "HEAD", "OPTIONS")
OWN_PAGES = ("same-origin", "none")
Scope = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request, or the opening of a websocket (method "WS").

    path: as the routes see it. origin: of the page that asks, "" when the browser does not say. site, mode: the
    browser's Sec-Fetch-Site and -Mode. own: the address here that was connected to; client: the address there.
    """

    method: str
    path: str
    host: str
    origin: str
    site: str
    mode: str
    own: str
    client: str
    https: bool
    headers: Mapping[str, str]

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that came along."""
        return cookie_parser(self.headers.get("cookie", ""))


def asked_of(scope: Scope) -> Asked:
    """The request of an ASGI scope of type "http" or "websocket"."""
    headers = _headers(scope)
    socket = scope["type"] == "websocket"
    return Asked(
        method="WS" if socket else str(scope["method"]).upper(),
        path=str(scope["path"]),
        host=headers.get("host", ""),
        origin=headers.get("origin", ""),
        site=headers.get("sec-fetch-site", ""),
        mode=headers.get("sec-fetch-mode", ""),
        own=str((scope.get("server") or ("",))[0] or ""),
        client=str((scope.get("client") or ("unknown",))[0] or "unknown"),
        https=scope.get("scheme") in ("https", "wss"),
        headers=headers,
    )


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by their names in lower case; of the ones that came more than once, all, joined: such a host is none."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joint = "; " if key == "cookie" else ", "
        found[key] = f"{found[key]}{joint}{text}" if key in found else text
    return found
