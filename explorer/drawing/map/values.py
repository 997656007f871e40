"""The values that the map draws and the event that comes back. All are frozen and encode once: keep them in a cache."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.drawing.map.encode import NO_VALUE, Blob, encode_codes, encode_points, levels
from explorer.drawing.map.named_colours import named_colours
from explorer.drawing.map.palettes import MISSING, apart, colormap, commonest, qualitative


@dataclass(frozen=True)
class MapPoints:
    """Where the items lie.

    xy: (n, 2) floats, row i is item i; a row with NaN is not drawn and cannot be picked.
    version: a short string that changes whenever `xy` does; left empty, a hash of the bytes is used.
    url: where GET returns the same coordinates, either raw little-endian float32 x0 y0 x1 y1 ... or an .npy file of
        them, shape (n, 2). Left empty, the bytes go over the app's own connection, once per version and browser.
    """

    xy: NDArray[Any]
    version: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.xy.ndim != 2 or self.xy.shape[1] != 2:
            raise InputError(f"map points: expected coordinates of shape (items, 2), got {self.xy.shape}.")

    def __len__(self) -> int:
        return len(self.xy)

    @cached_property
    def blob(self) -> Blob:
        """The bytes and version that go over."""
        return encode_points(self.xy, self.version)


@dataclass(frozen=True, kw_only=True)
class MapColours:
    """One colour code per item and what the codes mean. Build it with `plain`, `categories`, `column` or `numbers`.

    codes: (n,) uint16: a category, or a level from 0 to 1023 on the colour map; 65535 means no value (grey).
    kind: "plain", "categories" or "numbers". label: the name of what is shown, as the legend's title.
    names: a name per category. notes: the same in full, where the pointer is. colours: #rrggbb per category, or the
    stops of the colour map. low, high: its ends. note: a sentence below the legend. missing: what items without a value
    are called there.
    literal: the values name these colours, which are drawn as they are, with an outline where the ground hides them.
    version: a short string that changes whenever `codes` do; left empty, a hash is used.
    """

    kind: str
    codes: NDArray[np.uint16]
    label: str = ""
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    note: str = ""
    missing: str = "no value"
    literal: bool = False
    version: str = ""

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def blob(self) -> Blob:
        """The bytes and version that go over."""
        return encode_codes(self.codes, self.version)

    @staticmethod
    def plain(count: int) -> "MapColours":
        """All `count` items in one colour, without a legend."""
        return MapColours(kind="plain", codes=np.zeros(count, np.uint16), names=("items",), colours=qualitative(1))

    @staticmethod
    def categories(
        codes: NDArray[Any],
        names: Sequence[str],
        *,
        label: str,
        notes: Sequence[str] = (),
        colours: Sequence[str] = (),
        centres: NDArray[Any] | None = None,
        missing: str = "no value",
        version: str = "",
    ) -> "MapColours":
        """Codes (n,) of integers into `names`; negative or too large means no value. `colours`: #rrggbb per name.

        notes: longer names, which the legend tells where the pointer is. centres: (names, 2), where the
        items of each name lie on the map; then more than twenty names share colours, and those of one lie far apart.
        Without it the commonest have a colour each and the rest is grey.
        """
        inside = (codes >= 0) & (codes < min(len(names), NO_VALUE))
        packed = np.where(inside, codes, NO_VALUE).astype(np.uint16)
        if colours:
            shades, note = tuple(colours), ""
        elif centres is not None:
            shades, note = apart(centres)
        else:
            shades, note = commonest(np.bincount(packed[inside], minlength=len(names)))
        if len(shades) != len(names):
            raise InputError(f"map colours: expected {len(names)} colours, one per name, got {len(shades)}.")
        return MapColours(
            kind="categories",
            codes=packed,
            label=label,
            names=tuple(map(str, names)),
            notes=tuple(notes),
            colours=shades,
            note=note,
            missing=missing,
            version=version,
        )

    @staticmethod
    def column(values: pa.ChunkedArray | pa.Array, *, label: str, limit: int = 19, version: str = "") -> "MapColours":
        """Colours by a column (n,) of anything countable: its `limit` commonest values, the rest as one "other".

        Values that name colours have these (`named_colours`).
        """
        coded = codes_of(values)
        raw, names = coded.codes, coded.names
        order = np.argsort(-coded.counts, kind="stable")[:limit]
        rest = len(names) - len(order)
        place = np.full(len(names) + 1, len(order) if rest else NO_VALUE, np.int64)
        place[order] = np.arange(len(order))
        place[-1] = NO_VALUE
        shown = [names[i] for i in order] + ([f"other ({rest:,} values)"] if rest else [])
        literal = named_colours(shown[: len(order)], coded.counts[order])
        shades = (literal or qualitative(len(order))) + ((MISSING,) if rest else ())
        found = MapColours.categories(place[raw], shown, label=label, colours=shades, version=version)
        return replace(found, literal=literal is not None)

    @staticmethod
    def numbers(
        values: NDArray[Any],
        *,
        label: str,
        scale: str = "viridis",
        low: float | None = None,
        high: float | None = None,
        version: str = "",
    ) -> "MapColours":
        """Values (n,) on a colour map ("viridis", "cividis", "diverging"); NaN is grey.

        Left out, `low` and `high` are the smallest and largest finite value; values outside are drawn at the ends.
        """
        codes, bottom, top = levels(values, low, high)
        return MapColours(
            kind="numbers",
            codes=codes,
            label=label,
            colours=colormap(scale),
            low=bottom,
            high=top,
            version=version,
        )


@dataclass(frozen=True)
class MapItems:
    """What is known of single items: looked up by URL when the pointer is over one, or given here for small data.

    thumb_url: template such as "/thumbs/demo/{row}", GET returns an image.
    item_url: template such as "/item/demo/{row}", GET gives JSON {"id": ..., "caption": ..., "text": ...,
        "value": ...}, all optional.
    neighbours_url: template such as "/neighbours/demo/{row}", GET returns JSON {"rows": [int, ...]}, nearest first,
        without the row itself (a bare list works too). The arrow keys walk along these.
    ids, captions (a few words), texts: (n,) strings; only used where there is no `item_url`, up to 5,000 items.
    """

    thumb_url: str = ""
    item_url: str = ""
    neighbours_url: str = ""
    ids: Sequence[str] = ()
    captions: Sequence[str] = ()
    texts: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in ("thumb_url", "item_url", "neighbours_url"):
            url = getattr(self, name)
            if url and (not url.startswith("/") or url.startswith("//") or "{row}" not in url):
                raise InputError(f'{name}: expected a path of this server with {{row}} in it, got "{url}".')


@dataclass(frozen=True)
class MapHighlight:
    """What stands out.

    picked: row of the picked item (a ring). neighbours: rows in order of rank (rings with the rank).
    similarities: of these neighbours, shown when the pointer is over one. lines: draw lines to the neighbours.
    query_xy: where a query that is not an item was placed (a star), with `query_label` beside it.
    """

    picked: int | None = None
    neighbours: Sequence[int] | Rows = ()
    similarities: Sequence[float] | Floats = ()
    query_xy: tuple[float, float] | None = None
    query_label: str = ""
    lines: bool = True


@dataclass(frozen=True)
class MapLabel:
    """A name written on the map at (x, y); the heavier one is kept where two would overlap.

    low, high: the heights between which what it names lies; where that is little, the name stands above or below it.
    """

    text: str
    x: float
    y: float
    weight: float = 1.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class MapEvent:
    """What the user did; each is delivered once.

    kind: "select" (see polygon, op), "pick" (row), "query" (row: find what is like it), "clear" (Escape: let go of
        what `op` names, "selection" or "picked"), "legend" (names: the values that are isolated, empty for all), "view"
        (at: the part that is on screen), "hover" (row under the pointer, -1 for none; of linked maps in notebooks).
    polygon: (k, 2) float64 in the coordinates of the points, closed by itself. op: "replace", "add" or "subtract".
    row: item, or -1. at: see `place.read_place`. sequence: unique per event.
    """

    kind: str
    sequence: str
    op: str = ""
    polygon: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    row: int = -1
    names: tuple[str, ...] = ()
    at: str = ""
