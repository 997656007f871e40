"""Every index, built the same way in every run."""

from collections.abc import Callable
from functools import partial

from explorer.base.arrays import Floats, Mask
from explorer.index import ExactIndex, HnswIndex, Index

# One thread builds the same graph every time; which few links several threads leave out varies from run to run.
INDEXES: dict[str, Callable[[Floats, Mask | None], Index]] = {
    "exact": ExactIndex,
    "hnsw": partial(HnswIndex.build, threads=1),
}
