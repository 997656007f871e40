"""What building a map gave, in numbers and in words."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MapReport:
    """What building a map gave; means of the faithfulness, a note for the reader. reused: the map was there already.

    added, removed: items that it took in or lost without being made anew.
    """

    method: str
    placed: int
    count: int
    clusters: int
    trustworthiness: float
    continuity: float
    note: str
    reused: bool = False
    added: int = 0
    removed: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        line = (
            f"{self.method} map of {self.placed:,} of {self.count:,} items, {self.clusters} clusters, "
            f"trustworthiness {self.trustworthiness:.3f}, continuity {self.continuity:.3f}."
        )
        return " ".join(part for part in (line, self.note, self._since) if part)

    @property
    def _since(self) -> str:
        if self.reused:
            return "It was up to date."
        if not self.added and not self.removed:
            return ""
        return (
            f"It stayed as it was: {self.added:,} new items were placed among the others, {self.removed:,} are gone. "
            "Clusters keep their names."
        )
