"""Every route of the server, Streamlit's own ones too, and the roles that may use it."""

from explorer.app.access.asked import SAFE, Asked
from explorer.base.permission import Role

EVERYBODY = frozenset({Role.ORGANISER, Role.VIEWER, Role.NOBODY})
READERS = frozenset({Role.ORGANISER, Role.VIEWER})
ORGANISERS = frozenset({Role.ORGANISER})

ALLOWED = {
    "health": EVERYBODY,
    "assets": EVERYBODY,  # scripts, styles and fonts of Streamlit and of components: nothing of the data
    "login": EVERYBODY,  # Streamlit's login by an identity provider
    "door": EVERYBODY,
    "answers": EVERYBODY,  # each request carries what lets one in, which the handler checks; the page holds no data
    "page": READERS,
    "stream": READERS,
    "picture": READERS,  # and people with a ticket whose campaign asks about the item
    "data": READERS,
    "media": READERS,
    "upload": READERS,
    "inner": ORGANISERS,
    "labels": ORGANISERS,
}
"""By kind of route, who may use it. What a page shows and does is decided once more where it is drawn."""

PUBLIC = ("health", "assets")
LOGIN_PAGES = ("page", "stream")
"""What one needs to log in; each page then shows a button for that, and nothing else."""
_PREFIXES = {
    "/_stcore/health": "health",
    "/_stcore/script-health-check": "health",
    "/_stcore/host-config": "assets",
    "/_stcore/bidi-components": "assets",
    "/_stcore/stream": "stream",
    "/_stcore/upload_file": "upload",
    "/_stcore": "inner",
    "/component": "assets",
    "/static": "assets",
    "/media": "media",
    "/auth": "login",
    "/oauth2callback": "login",
    "/thumbs": "picture",
    "/image": "data",
    "/item": "data",
    "/neighbours": "data",
    "/values": "data",
    "/labels": "labels",
    "/matches": "labels",
    "/elites": "data",
    "/judgments": "answers",
    "/answer": "answers",
    "/answer-page": "assets",
    "/enter": "door",
    "/leave": "door",
}
_MOST_PARTS = max(name.count("/") for name in _PREFIXES) + 1
_FILES = ("/favicon.png", "/favicon.ico", "/robots.txt")


def kind_of(asked: Asked) -> str:
    """The kind of route, one of ALLOWED; what is unknown is a page, as Streamlit answers with one."""
    if asked.method == "WS":
        return "stream" if asked.path == "/_stcore/stream" else "inner"
    if asked.path in _FILES:
        return "assets"
    kind = _kind_below(asked.path)
    return "inner" if kind == "page" and asked.method not in SAFE else kind


def _kind_below(path: str) -> str:
    """The kind of the longest of _PREFIXES that a path is, or lies below; a page where there is none."""
    parts = path.split("/", _MOST_PARTS)
    starts = ("/".join(parts[:count]) for count in range(min(len(parts), _MOST_PARTS), 0, -1))
    return next((_PREFIXES[start] for start in starts if start in _PREFIXES), "page")
