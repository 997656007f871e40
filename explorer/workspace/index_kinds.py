"""Which kind of index a workspace has: chosen once, kept by later runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from numpy.random import default_rng

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError
from explorer.encoders.base import Encoder
from explorer.index import GraphIndex, HnswIndex, HnswSettings, UsearchIndex
from explorer.index.compressed import CompressedIndex, Compression
from explorer.index.engines import ENGINES, get_engine
from explorer.workspace.index_queries import learning_texts
from explorer.workspace.index_report import Engine, IndexReport

BUILT: tuple[Engine, ...] = get_args(Engine)


@dataclass(frozen=True)
class Kind:
    """engine: of `BUILT`. compression: of a compressed index, else None."""

    engine: Engine = "hnsw"
    compression: Compression | None = None

    def same_as(self, report: IndexReport) -> bool:
        """Whether the index that is reported on is of this kind."""
        return (self.engine, self.compression) == (report.engine, report.compression)


def chosen_kind(engine: str, compression: Compression | None, before: IndexReport | None) -> Kind:
    """The kind that is asked for; where nothing is asked, that of the index there was.

    Raises InputError for another engine, or one that is not installed; one that is no longer there gives way to hnsw.
    """
    if compression or engine == "compressed":
        kept = before.compression if before else None
        return Kind("compressed", compression or kept or Compression())
    if engine:
        get_engine(check_choice(engine, BUILT, "engine of the index"))
        return Kind("usearch") if engine == "usearch" else Kind()
    if before and before.engine == "compressed":
        return Kind("compressed", before.compression or Compression())
    return Kind("usearch") if before and before.engine == "usearch" and not ENGINES["usearch"].missing else Kind()


def compression_of(engine: str, **settings: int | str | None) -> Compression | None:
    """The compression with the settings that are not None; None without any. InputError with another engine."""
    given: dict[str, Any] = {name: value for name, value in settings.items() if value is not None}
    if not given:
        return None
    if engine not in ("", "compressed"):
        raise InputError(f"Settings of a compressed index: expected engine compressed beside them, got {engine}.")
    return Compression(**given)


def new_index(
    kind: Kind,
    embeddings: Embeddings,
    rows: Rows,
    *,
    settings: HnswSettings,
    threads: int,
    advance: Callable[[int], None],
    learning: Callable[[], Floats | None],
) -> GraphIndex:
    """Build an index of this kind of some `rows`; `learning`: makes texts for LeanVec-OOD to learn from, if it can."""
    if kind.compression is None:
        graph = UsearchIndex if kind.engine == "usearch" else HnswIndex
        return graph.build(embeddings.vectors, rows, settings, threads, advance)
    queries = learning() if kind.compression.projecting == "leanvec-ood" else None
    return CompressedIndex.build(
        embeddings.vectors, rows, settings, threads, advance, compression=kind.compression, queries=queries
    )


def learning_of(dataset: Dataset, encoder: Encoder | None, seed: int) -> Floats | None:
    """(q, d) texts to learn from: others than those that an index with this seed is measured with."""
    return learning_texts(dataset, encoder, default_rng(seed)) if encoder else None
