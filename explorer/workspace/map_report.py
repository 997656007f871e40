"""What building a map gave, in numbers and in words."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MapReport:
    """What building a map gave; means of the faithfulness, a note for the reader. reused: the map was there already."""

    method: str
    placed: int
    count: int
    clusters: int
    trustworthiness: float
    continuity: float
    note: str
    reused: bool = False

    def __str__(self) -> str:
        """One line for the terminal."""
        line = (
            f"{self.method} map of {self.placed:,} of {self.count:,} items, {self.clusters} clusters, "
            f"trustworthiness {self.trustworthiness:.3f}, continuity {self.continuity:.3f}."
        )
        return " ".join(part for part in (line, self.note, "It was up to date." if self.reused else "") if part)
