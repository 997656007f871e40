"""What single methods by examples tell beside their guesses, by name of the method."""

from collections.abc import Callable

from explorer.app.label.simmatch_panel import simmatch_panel
from explorer.app.label.view import Context
from explorer.features.label.guessing import Guessed

DETAILS: dict[str, Callable[[Context, Guessed], None]] = {"simmatch": simmatch_panel}
