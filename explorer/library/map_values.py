"""What a map of a collection is drawn with, for a page, a file to send and a notebook: places, colours, names."""

from functools import cache

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Doubles
from explorer.base.errors import WorkspaceError
from explorer.base.memory import remembered
from explorer.drawing.map.labels import cluster_labels, group_centres, value_labels
from explorer.drawing.map.values import MapColours, MapLabel, MapPoints
from explorer.features.diagnose.health.service import known_dimensions
from explorer.maps.naming import plain_names
from explorer.search.find import similarities
from explorer.search.query import QueryPart
from explorer.workspace.mapping import Map
from explorer.workspace.opened import Opened

COLUMN, DIMENSION = "column", "dimension"
CLUSTER = "cluster"
"""What the clusters are called as colours."""
FIXED = ("", "none", "trust", "continuity")
"""Colours that need no column: "" for the clusters, "none" for one colour, and how faithful the map is."""


@remembered(8)
def map_points(opened: Opened, spec: str, method: str) -> MapPoints:
    """Where the items lie on the map of a model."""
    return MapPoints(opened.map(spec, method).coords)


@remembered(16, also="tags")
def map_labels(opened: Opened, spec: str, method: str, colour: str = "") -> list[MapLabel]:
    """The names of the clusters where their items lie; of a column's values that lie together where it gives colour."""
    found = opened.map(spec, method)
    if colour.partition(":")[0] == COLUMN:
        return value_labels(found.coords, map_colours(opened, spec, method, colour))
    return cluster_labels(found.coords, found.clusters, plain_names(found.named, once=True))


@cache
def plain_colours(count: int) -> MapColours:
    """All `count` items in one colour."""
    return MapColours.plain(count)


@remembered(8)
def similarity_colours(opened: Opened, spec: str, parts: tuple[QueryPart, ...]) -> MapColours:
    """How similar each item is to a query."""
    return MapColours.numbers(similarities(opened, spec, parts), label="similarity to the query")


@remembered(16, also="tags")
def map_colours(opened: Opened, spec: str, method: str, colour: str) -> MapColours:
    """The colours of a map by `colour`: one of `FIXED`, "column:<name>" with a column that there is, or "dimension"."""
    kind, _, name = colour.partition(":")
    if kind == DIMENSION:
        return _dimension_colours(opened, spec)
    if kind == "none":
        return plain_colours(len(opened.dataset))
    if kind == COLUMN:
        return column_colours(opened.tagged.table.column(name), name)
    found = opened.map(spec, method)
    if not kind:
        return _cluster_colours(found) if found.named else plain_colours(len(found.clusters))
    values = found.trust if kind == "trust" else found.continuity
    label = "neighbours shown are true (1 = all)" if kind == "trust" else "neighbours kept together (1 = all)"
    return MapColours.numbers(values, label=label, scale="cividis", high=1.0)


def column_colours(values: pa.ChunkedArray, name: str) -> MapColours:
    """Colours of an attribute: a colour map for numbers, a colour each for the commonest values of all else."""
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers: Doubles = values.to_numpy().astype(np.float64)
        return MapColours.numbers(numbers, label=name)
    return MapColours.column(values, label=name)


def _dimension_colours(opened: Opened, spec: str) -> MapColours:
    """By the intrinsic dimension around each item; WorkspaceError where it was not worked out."""
    found = known_dimensions(opened, spec)
    if found is None:
        raise WorkspaceError("The intrinsic dimensions are not worked out yet: Diagnose, Index health does that.")
    high = float(np.nanpercentile(found, 99)) if np.isfinite(found).any() else None  # a few are many times as high
    return MapColours.numbers(found, label="intrinsic dimension (of 99 %)", high=high)


def _cluster_colours(found: Map) -> MapColours:
    names = [name or f"group {number + 1}" for number, name in enumerate(found.plain_names)]
    return MapColours.categories(
        found.clusters,
        names,
        label=CLUSTER,
        notes=found.cluster_notes,
        centres=group_centres(found.coords, found.clusters, len(names)),
        missing="in no group",
    )
