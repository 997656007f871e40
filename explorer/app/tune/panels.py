"""The panels of the page Tune by the name of their tab."""

from collections.abc import Callable

from explorer.app.tune.train_panel import train_panel
from explorer.app.tune.view import Context

PANELS: dict[str, Callable[[Context], None]] = {
    "train": train_panel,
}
