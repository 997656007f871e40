"""The engines by name: what each takes, and how its index is built, kept and read."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.index.compressed import CompressedIndex
from explorer.index.contract import Index
from explorer.index.exact import ExactIndex
from explorer.index.graph_contract import HnswSettings
from explorer.index.hnsw import HnswIndex
from explorer.index.milvus import MilvusIndex
from explorer.index.milvus_client import MODULES
from explorer.index.usearch import UsearchIndex


class Build(Protocol):
    """Builds an index of (n, d) unit rows."""

    def __call__(
        self,
        vectors: NDArray[Any],
        rows: Rows | Mask | None = None,
        settings: HnswSettings | None = None,
        threads: int = -1,
        advance: Callable[[int], None] | None = None,
    ) -> Index:
        """Return an index of `rows` (a mask, row numbers, or all); one thread builds the same one every time.

        settings: of a graph, where there is one. advance: told how many rows are done.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One way to search.

    name: that of its indexes. label, about: for people. modules, extra: libraries that it takes, and the extra of this
    package that brings them. kept: whether its index is one of the files of a workspace; else it is made anew at once.
    """

    name: str
    label: str
    about: str
    build: Build
    kept: bool = False
    modules: tuple[str, ...] = ()
    extra: str = ""

    @property
    def missing(self) -> str:
        """What to install, as a sentence; "" when it can be used."""
        lacking = [name for name in self.modules if find_spec(name) is None]
        if not lacking:
            return ""
        return f"{self.label} takes the library {lacking[0]}: pip install 'similarity-explorer[{self.extra}]'."

    def require(self) -> None:
        """InputError that says what to install when a library is not there."""
        if self.missing:
            raise InputError(self.missing)


def get_engine(name: str) -> Engine:
    """The engine of this name; InputError that lists the known ones, or says what to install."""
    engine = ENGINES[check_choice(name, ENGINES, "engine")]
    engine.require()
    return engine


def _exact(
    vectors: NDArray[Any],
    rows: Rows | Mask | None = None,
    settings: HnswSettings | None = None,
    threads: int = -1,
    advance: Callable[[int], None] | None = None,
) -> ExactIndex:
    return ExactIndex(vectors, rows)


ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine(
            name=ExactIndex.name,
            label="Exact search",
            about="Every item is compared with the query: nothing is missed, and there is nothing to build.",
            build=_exact,
        ),
        Engine(
            name=HnswIndex.name,
            build=HnswIndex.build,
            kept=True,
            label="HNSW by hnswlib",
            about="A graph of items that a query walks along (Malkov & Yashunin 2018), in single precision.",
            modules=("hnswlib",),
        ),
        Engine(
            name=UsearchIndex.name,
            build=UsearchIndex.build,
            kept=True,
            label="HNSW by usearch",
            about="The same kind of graph by another library, with its vectors in half precision.",
            modules=("usearch",),
            extra="engines",
        ),
        Engine(
            name=CompressedIndex.name,
            build=CompressedIndex.build,
            kept=True,
            label="Compressed (LeanVec)",
            about="Small vectors in lists, of which a query looks into the nearest; the best are compared as they are.",
        ),
        Engine(
            name=MilvusIndex.name,
            build=MilvusIndex.build,
            kept=True,
            label="Milvus",
            about="A vector database: embedded it compares all items, in a copy of its own; a server has a graph.",
            modules=MODULES,
            extra="milvus",
        ),
    )
}
