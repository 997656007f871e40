"""The panels of the page Label by the name of their tab."""

from collections.abc import Callable

from explorer.app.label.examples_panel import examples_panel
from explorer.app.label.hand_panel import hand_panel
from explorer.app.label.quality_panel import quality_panel
from explorer.app.label.view import Context
from explorer.app.label.words_panel import words_panel

PANELS: dict[str, Callable[[Context], None]] = {
    "hand": hand_panel,
    "examples": examples_panel,
    "words": words_panel,
    "quality": quality_panel,
}
