"""The panels of the Search lab by the name of their tab."""

from collections.abc import Callable

from explorer.app.lab.view import Context

PANELS: dict[str, Callable[[Context], None]] = {}
