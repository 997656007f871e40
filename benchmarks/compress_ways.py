"""The ways that bench_compress compares: each is built of half precision unit rows, and asked for ten rows."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.half import widen
from explorer.index.compressed import CompressedIndex, Compression

K, M, BUILDING = 10, 16, 200
BLOCK = 8192
SETTINGS = (10, 16, 24, 32, 48, 64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1280, 1536, 2048, 3072, 4096)
Half = NDArray[np.float16]


@dataclass
class Way:
    """One of them.

    ask: (q, d) queries and a setting to (q, 10) row numbers. nbytes: as the library counts it, 0 where it does not.
    """

    name: str
    ask: Callable[[Floats, int], Rows]
    nbytes: Callable[[], int] = lambda: 0
    settings: tuple[int, ...] = SETTINGS
    holds: Any = field(default=None, repr=False)


def raw(rows: Half) -> Way:
    """As the manual of hnswlib has it: single precision, dot product."""
    import hnswlib

    graph = hnswlib.Index(space="ip", dim=rows.shape[1])
    graph.init_index(len(rows), M=M, ef_construction=BUILDING, random_seed=0)
    for start in range(0, len(rows), BLOCK):
        part = widen(rows[start : start + BLOCK])
        graph.add_items(part, np.arange(start, start + len(part)))

    def ask(queries: Floats, setting: int) -> Rows:
        graph.set_ef(setting)
        return np.asarray(graph.knn_query(queries, k=K)[0].astype(np.int64))

    return Way("raw hnswlib", ask, graph.index_file_size, holds=graph)


def compressed(rows: Half, compression: Compression, learning: Floats) -> Way:
    """The index of this project, re-ranked on the rows."""
    index = CompressedIndex.build(rows, compression=compression, queries=learning)

    def ask(queries: Floats, setting: int) -> Rows:
        index.efs = {"text": setting}
        return index.query(queries, K, kind="text").rows

    return Way(f"compressed, {compression.words}", ask, lambda: index.nbytes, holds=index)


def usearch(rows: Half, dtype: str) -> Way:
    """By usearch with the same parameters of its graph, by the type that it keeps vectors in."""
    from usearch.index import Index

    graph = Index(ndim=rows.shape[1], metric="ip", dtype=dtype, connectivity=M, expansion_add=BUILDING)
    for start in range(0, len(rows), BLOCK):
        part = widen(rows[start : start + BLOCK])
        graph.add(np.arange(start, start + len(part), dtype=np.uint64), part)

    def ask(queries: Floats, setting: int) -> Rows:
        graph.expansion_search = setting  # type: ignore[misc]  # its setter is not seen through its overloads
        return np.asarray(graph.search(queries, K).keys).astype(np.int64)

    return Way(f"usearch {dtype}", ask, lambda: int(graph.memory_usage), holds=graph)


def scalable_vs(rows: Half, dims: int) -> Way:
    """By scalable-vs: LeanVec with its defaults (PCA, LVQ8 with LVQ8 to re-rank) in its graph of the same degree."""
    import svs  # type: ignore[import-not-found]  # optional, in no extra

    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "rows.hvecs")
        svs.write_vecs(np.ascontiguousarray(rows), file)
        loader = svs.VectorDataLoader(file, svs.DataType.float16, dims=rows.shape[1])
        kind = svs.LeanVecKind.lvq8
        small = svs.LeanVecLoader(loader, leanvec_dims=dims, primary_kind=kind, secondary_kind=kind)
        parameters = svs.VamanaBuildParameters(graph_max_degree=2 * M, window_size=BUILDING)
        graph = svs.Vamana.build(parameters, small, svs.DistanceType.MIP, num_threads=os.cpu_count() or 1)

    def ask(queries: Floats, setting: int) -> Rows:
        found = graph.search_parameters
        found.buffer_config = svs.SearchBufferConfig(setting)
        graph.search_parameters = found
        return np.asarray(graph.search(queries, K)[0]).astype(np.int64)

    return Way(f"scalable-vs LeanVec {dims}", ask, holds=graph)
