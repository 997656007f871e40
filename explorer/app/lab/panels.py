"""The panels of the Search lab by the name of their tab."""

from collections.abc import Callable

from explorer.app.lab.batches_panel import batches_panel
from explorer.app.lab.compress_panel import compress_panel
from explorer.app.lab.engines_panel import engines_panel
from explorer.app.lab.filters_panel import filters_panel
from explorer.app.lab.scorers_panel import scorers_panel
from explorer.app.lab.several_panel import several_panel
from explorer.app.lab.view import Context

PANELS: dict[str, Callable[[Context], None]] = {
    "engines": engines_panel,
    "compress": compress_panel,
    "filters": filters_panel,
    "batches": batches_panel,
    "several": several_panel,
    "scorers": scorers_panel,
}
