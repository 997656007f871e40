"""The panels of the page Match by the name of their tab."""

from collections.abc import Callable

from explorer.app.match.links_panel import links_panel
from explorer.app.match.view import Context

PANELS: dict[str, Callable[[Context], None]] = {
    "links": links_panel,
}
