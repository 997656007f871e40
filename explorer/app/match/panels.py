"""The panels of the page Match by the name of their tab."""

from collections.abc import Callable

from explorer.app.match.copies_panel import copies_panel
from explorer.app.match.links_panel import links_panel
from explorer.app.match.revisions_panel import revisions_panel
from explorer.app.match.together_panel import together_panel
from explorer.app.match.view import Context
from explorer.app.match.why_panel import why_panel

PANELS: dict[str, Callable[[Context], None]] = {
    "links": links_panel,
    "copies": copies_panel,
    "revisions": revisions_panel,
    "together": together_panel,
    "why": why_panel,
}
