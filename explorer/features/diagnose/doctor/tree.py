"""Iceberg's decision tree: from a few numbers of a collection to a metric and a family of indexes. Pure.

Source: Iceberg (Zhejiang University, 2025, arXiv 2512.12980; pictures/main.png of ZJU-DAILY/Iceberg): IP where
DBI_E >= DBI_C and CV <= 0.1, else ED; then partitions where RA >= 60 or RC < 1.5, else a graph. RA is defined in no
source that we found, so the second question here is that of RC alone.
"""

from dataclasses import dataclass
from typing import Literal

from explorer.features.diagnose.doctor.meta import MetaFeatures

MOST_CV, LEAST_CONTRAST = 0.1, 1.5
Family = Literal["partition", "graph"]
LEAVES: dict[tuple[str, str], tuple[str, ...]] = {
    ("inner", "partition"): ("ScaNN", "Fargo"),
    ("inner", "graph"): ("ip-NSW+", "Mobius", "MAG", "NAPG"),
    ("euclid", "partition"): ("RaBitQ", "IVFPQ", "DB-LSH"),
    ("euclid", "graph"): ("HNSW", "NSG", "VAMANA"),
}


@dataclass(frozen=True)
class Advice:
    """What the tree comes to. metric: "inner" or "euclid". methods: that led there on the authors' data."""

    metric: Literal["inner", "euclid"]
    family: Family

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods of this leaf."""
        return LEAVES[self.metric, self.family]


def advice(found: MetaFeatures) -> Advice:
    """Go down the tree."""
    inner = found.dbi_euclid >= found.dbi_cosine and found.norm_cv <= MOST_CV
    return Advice("inner" if inner else "euclid", "partition" if found.contrast < LEAST_CONTRAST else "graph")
