"""All matchers by name."""

from explorer.features.match.method import NEEDS, Candidates, MatchMethod, Option, Reasons, Task
from explorer.features.match.side import Side
from explorer.features.match.strings.methods import STRINGS

__all__ = ["METHODS", "NEEDS", "Candidates", "MatchMethod", "Option", "Reasons", "Side", "Task"]
_ALL: tuple[MatchMethod, ...] = (*STRINGS,)
METHODS: dict[str, MatchMethod] = {method.name: method for method in _ALL}
