"""All matchers by name."""

from explorer.features.match.by_vectors import VECTORS
from explorer.features.match.directory.methods import DIRECTORY
from explorer.features.match.glossary.matchers import COLUMNS
from explorer.features.match.method import NEEDS, Candidates, MatchMethod, Option, Reasons, Task
from explorer.features.match.products.matcher import PRODUCTS
from explorer.features.match.ranked.matchers import RANKED
from explorer.features.match.shelves.methods import SHELF_METHODS
from explorer.features.match.side import Side
from explorer.features.match.strings.methods import STRINGS
from explorer.features.match.tables.tabsim import TABSIM
from explorer.features.match.tables.tfidf import TABLES_TFIDF
from explorer.features.match.walks.matcher import WALKS

__all__ = ["METHODS", "NEEDS", "Candidates", "MatchMethod", "Option", "Reasons", "Side", "Task"]
_ALL: tuple[MatchMethod, ...] = (
    *STRINGS,
    DIRECTORY,
    VECTORS,
    PRODUCTS,
    TABLES_TFIDF,
    TABSIM,
    *COLUMNS,
    WALKS,
    *RANKED,
    *SHELF_METHODS,
)
METHODS: dict[str, MatchMethod] = {method.name: method for method in _ALL}
