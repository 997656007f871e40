"""Which kind of index a workspace has: chosen once, kept by later runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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
from explorer.index.milvus import MilvusIndex
from explorer.index.milvus_places import ServerPlace, drop_collections, owner_of
from explorer.index.milvus_servers import check_uri, name_server
from explorer.workspace.index_queries import learning_texts
from explorer.workspace.index_report import Engine, IndexReport

BUILT: tuple[Engine, ...] = get_args(Engine)
EMBEDDED = "embedded"


@dataclass(frozen=True)
class Kind:
    """engine: of `BUILT`. compression: of a compressed index, else None. uri: of a Milvus server, "" for none."""

    engine: Engine = "hnsw"
    compression: Compression | None = None
    uri: str = ""

    def same_as(self, report: IndexReport) -> bool:
        """Whether the index that is reported on is of this kind."""
        return (self.engine, self.compression, self.uri) == (report.engine, report.compression, report.uri)


def chosen_kind(engine: str, compression: Compression | None, before: IndexReport | None, uri: str = "") -> Kind:
    """The kind that is asked for; where nothing is asked, that of the index there was.

    uri: of a Milvus server, which counts as named by a person of this machine from now on; "embedded" for none.
    Raises InputError for another engine, or one that is not installed; one that is no longer there gives way to hnsw.
    """
    if uri:
        return _on_milvus(engine, uri)
    known = before if before and before.engine in BUILT and not ENGINES[before.engine].missing else None
    if compression or (engine or (known and known.engine)) == "compressed":
        kept = before.compression if before else None
        return Kind("compressed", compression or kept or Compression())
    if engine:
        get_engine(check_choice(engine, BUILT, "engine of the index"))
    name: Engine = next((one for one in BUILT if one == engine), known.engine if known else "hnsw")
    return Kind(name, uri=before.uri if before and name == before.engine else "")


def _on_milvus(engine: str, uri: str) -> Kind:
    if engine not in ("", MilvusIndex.name):
        raise InputError(f"Address of a Milvus server: expected engine milvus beside it, got {engine}.")
    get_engine(MilvusIndex.name)
    if uri == EMBEDDED:
        return Kind("milvus")
    named = check_uri(uri)
    name_server(named)
    return Kind("milvus", uri=named)


def drop_left_behind(folder: Path, before: IndexReport | None, index: GraphIndex | None) -> None:
    """Drop what indexes of earlier runs for this folder have on servers, once `index` (None: none) is kept in it."""
    place = index.graph.place if isinstance(index, MilvusIndex) else None
    now = place if isinstance(place, ServerPlace) else None
    if now:
        drop_collections(now.uri, owner_of(folder), keep=now.collection)
    if before and before.uri and not (now and now.uri == before.uri):
        drop_collections(before.uri, owner_of(folder))


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
    folder: Path,
) -> GraphIndex:
    """Build an index of this kind of some `rows`, which is kept in `folder` later.

    learning: makes texts for LeanVec-OOD to learn from, if it can.
    """
    if kind.engine == "milvus":
        return MilvusIndex.build(
            embeddings.vectors, rows, settings, threads, advance, uri=kind.uri, owner=owner_of(folder)
        )
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
