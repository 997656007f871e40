"""What is asked of a library that keeps a navigable small world graph (Malkov & Yashunin 2018)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError


@dataclass(frozen=True)
class HnswSettings:
    """Parameters that are saved with the graph.

    M: links of an item; ef_construction, ef: candidates kept while inserting, and while searching for 10 neighbours
    with a query of a kind that was not tuned.
    seed: of the random levels, where the library lets it be chosen. A graph is the same in every build with one thread;
    with several, the order of insertions varies, and with it a few links.
    """

    M: int = 16
    ef_construction: int = 200
    seed: int = 0
    ef: int = 64

    def __post_init__(self) -> None:
        """Raise InputError for a value outside what the libraries can use."""
        for name, low in (("M", 2), ("ef_construction", 1), ("ef", 1), ("seed", 0)):
            if getattr(self, name) < low:
                raise InputError(f"HNSW {name}: expected {low} or more, got {getattr(self, name)}.")


class Graph(Protocol):
    """A graph of labelled unit vectors, compared by dot product."""

    @property
    def labels(self) -> int:
        """All labels that were ever given are below this one."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes, with its own copy of the vectors."""
        ...

    def add(self, vectors: Floats, labels: Rows, threads: int) -> None:
        """Insert the (m, d) `vectors` under new labels, with so many threads (-1: one a core)."""
        ...

    def remove(self, label: int) -> None:
        """Never find this label again."""
        ...

    def search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, k) labels near each of the (q, d) queries, keeping `ef` candidates; -1 where fewer were reached."""
        ...

    def save(self, path: Path) -> None:
        """Write it as one file."""
        ...
