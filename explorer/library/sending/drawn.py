"""The map of the items that are sent: places, colours and names of these alone."""

from dataclasses import replace

import numpy as np

from explorer.base.arrays import Rows
from explorer.drawing.map.encode import NO_VALUE
from explorer.drawing.map.labels import cluster_labels, value_labels
from explorer.drawing.map.palettes import sharing_note
from explorer.drawing.map.values import MapColours, MapLabel, MapPoints
from explorer.library.map_values import COLUMN, map_colours
from explorer.library.sending.choice import Sent
from explorer.maps.naming import plain_names


def is_whole(sent: Sent) -> bool:
    """Whether all items are sent, in their order."""
    count = len(sent.opened.dataset)
    return len(sent.rows) == count and bool((sent.rows == np.arange(count)).all())


def sent_points(sent: Sent) -> MapPoints:
    """Where they lie; nowhere without a map."""
    if not sent.method:
        return MapPoints(np.full((len(sent.rows), 2), np.nan, np.float32))
    return MapPoints(sent.opened.map(sent.encoder, sent.method).coords[sent.rows])


def sent_labels(sent: Sent, colour: str) -> list[MapLabel]:
    """The names of their clusters, none for a cluster of which few of the items are; coloured by a column those of its
    values that lie together.
    """
    if not sent.method:
        return []
    if colour.partition(":")[0] == COLUMN:
        return value_labels(sent_points(sent).xy, sent_colours(sent, colour))
    found = sent.opened.map(sent.encoder, sent.method)
    names = plain_names(found.named, once=True)
    clusters = found.clusters[sent.rows]
    if not is_whole(sent):
        inside = np.bincount(clusters[clusters >= 0], minlength=len(names))
        sizes = np.bincount(found.clusters[found.clusters >= 0], minlength=len(names))
        names = [name if 2 * had >= size else "" for name, had, size in zip(names, inside, sizes, strict=True)]
    return cluster_labels(found.coords[sent.rows], clusters, names)


def sent_colours(sent: Sent, colour: str) -> MapColours:
    """Their colours, the same as in the app; values that none of them has are left out of the legend."""
    if not sent.method:
        return MapColours.plain(len(sent.rows))
    found = map_colours(sent.opened, sent.encoder, sent.method, colour)
    return found if is_whole(sent) else part_of(found, sent.rows)


def part_of(colours: MapColours, rows: Rows) -> MapColours:
    """The colours of some items; categories that they have none of are gone."""
    codes = colours.codes[rows]
    if colours.kind != "categories":
        return replace(colours, codes=codes, version="")
    there = np.bincount(codes[codes != NO_VALUE], minlength=len(colours.names)) > 0
    place = np.full(NO_VALUE + 1, NO_VALUE, dtype=np.uint16)
    kept = np.flatnonzero(there)
    shades = tuple(colours.colours[i] for i in kept)
    place[kept] = np.arange(len(kept))
    return replace(
        colours,
        codes=place[codes],
        names=tuple(colours.names[i] for i in kept),
        notes=tuple(colours.notes[i] for i in kept) if colours.notes else (),
        colours=shades,
        note=sharing_note(shades) if colours.note else "",
        version="",
    )
