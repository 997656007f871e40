"""The panels of the page Tune by the name of their tab."""

from collections.abc import Callable

from explorer.app.tune.domains_panel import domains_panel
from explorer.app.tune.questions_panel import questions_panel
from explorer.app.tune.retrieval_panel import retrieval_panel
from explorer.app.tune.titles_panel import titles_panel
from explorer.app.tune.train_panel import train_panel
from explorer.app.tune.view import Context

PANELS: dict[str, Callable[[Context], None]] = {
    "train": train_panel,
    "pictures": retrieval_panel,
    "titles": titles_panel,
    "questions": questions_panel,
    "domains": domains_panel,
}
