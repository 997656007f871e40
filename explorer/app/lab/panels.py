"""The panels of the Search lab by the name of their tab."""

from collections.abc import Callable

from explorer.app.lab.scorers_panel import scorers_panel
from explorer.app.lab.several_panel import several_panel
from explorer.app.lab.view import Context

PANELS: dict[str, Callable[[Context], None]] = {
    "several": several_panel,
    "scorers": scorers_panel,
}
