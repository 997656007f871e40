"""What a MAP-Elites run is asked to do, as a value that is saved with it, and the written form of its measures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.settings import NAME
from explorer.features.elites.archive import check_cells
from explorer.features.elites.images import ENDS, STATISTICS
from explorer.features.elites.scales import KINDS as SCALES

SOURCES = ("data", "scenes")
EMITTERS = {
    "data": ("guided", "frontier", "basic", "random"),
    "scenes": ("basic", "gaussian", "iso_line", "cma_me", "random"),
}
EMITTER_WORDS = {
    "guided": "guided: what a cheap guess calls promising",
    "frontier": "frontier: unexplored neighbours of elites first",
    "basic": "basic MAP-Elites (baseline)",
    "random": "random sampling (baseline)",
    "gaussian": "Gaussian: noise on an elite",
    "iso_line": "iso+line: noise and a step towards another elite",
    "cma_me": "CMA-ME: learns which changes help",
}
KINDS = {
    "pair": "Between two texts",
    "prompt": "Similarity to a text",
    "column": "Numeric attribute",
    "image": "Measured on the picture",
    "map": "Place on the map",
    "item": "Similarity to an item",
    "python": "A function of your own",
}
BY_SCENES = ("pair", "prompt", "image", "item", "column")
SCENE_NUMBERS = ("count", "hue", "lightness", "tilt", "spread")
MOST_EVALUATIONS, MOST_BATCH, MOST_TEXT = 10_000_000, 4_096, 300
FORMS = (
    "pair:LOW TEXT|HIGH TEXT, prompt:TEXT, column:NAME, image:STATISTIC, map:x, map:y, item:ID or python:FILE.py:NAME"
)


@dataclass(frozen=True)
class Measure:
    """One number a candidate. kind: a key of KINDS; value: its text, column, statistic, item or function; other: the
    high text of a pair.
    """

    kind: str
    value: str
    other: str = ""

    def __str__(self) -> str:
        """The written form, such as "pair:dark|bright"."""
        return f"{self.kind}:{self.value}|{self.other}" if self.kind == "pair" else f"{self.kind}:{self.value}"

    @property
    def label(self) -> str:
        """A short title."""
        return {
            "pair": f"{self.value} → {self.other}",
            "prompt": f"like “{self.value}”",
            "map": f"map {self.value}",
            "item": f"like {self.value.split('/')[-1]}",
            "python": self.value.rpartition(":")[2],
        }.get(self.kind, self.value)

    @property
    def ends(self) -> tuple[str, str]:
        """What the low and the high end are called."""
        named = {
            "pair": (self.value, self.other),
            "prompt": (f"unlike {self.value}", self.value),
            "item": (f"unlike {self.value.split('/')[-1]}", f"like {self.value.split('/')[-1]}"),
            "map": ("left", "right") if self.value == "x" else ("bottom", "top"),
            "image": ENDS.get(self.value, ("", "")),
        }
        return named.get(self.kind, (f"low {self.value}", f"high {self.value}"))

    @property
    def formula(self) -> str:
        """What is computed, in words."""
        return {
            "pair": f"cosine similarity to “{self.other}” minus cosine similarity to “{self.value}”",
            "prompt": f"cosine similarity to the text “{self.value}”",
            "column": f"the attribute {self.value}",
            "image": f"{self.value} of the picture at 64 x 64 pixels",
            "map": f"{self.value} coordinate on the map",
            "item": f"cosine similarity to the item {self.value}",
            "python": f"{self.value}, a function of the user's own",
        }[self.kind]


def parse_measure(text: str) -> Measure:
    """Written form -> measure; InputError that lists the forms."""
    kind, colon, value = text.strip().partition(":")
    value, bar, other = value.partition("|") if kind == "pair" else (value, "", "")
    value, other = value.strip(), other.strip()
    if not colon or kind not in KINDS or not value or (kind == "pair" and not other):
        raise InputError(f"Axis or quality: expected {FORMS}; got {text!r}.")
    if max(len(value), len(other)) > MOST_TEXT:
        raise InputError(
            f"Axis or quality: expected at most {MOST_TEXT} characters, got {max(len(value), len(other))}."
        )
    if kind == "image":
        check_choice(value, STATISTICS, "image statistic")
    if kind == "map":
        check_choice(value, ("x", "y"), "map coordinate")
    return Measure(kind, value, other)


@dataclass(frozen=True)
class RunSettings:
    """All that decides a run, besides the data and the model.

    axes: one or two written measures; quality: one. cells: the grid's resolution; cvt: number of cells of irregular
    shape, 0 for a grid. scale: "quantiles" or "range". evaluations, batch, seed: of the search. neighbours, far: size
    of an item's neighbourhood and share of far jumps. start: candidates drawn at random first. first: ids or written
    scenes to begin with, and `origin` the run and cell that they come from. offset: of the QD score; None for 0, or
    for the lowest quality seen when the quality is a function of the user's own.
    """

    name: str
    encoder: str
    axes: tuple[str, ...]
    quality: str
    source: str = "data"
    cells: tuple[int, ...] = (20, 20)
    cvt: int = 0
    scale: str = "quantiles"
    emitter: str = "guided"
    evaluations: int = 2000
    batch: int = 50
    seed: int = 0
    neighbours: int = 10
    far: float = 0.05
    start: int = 100
    first: tuple[str, ...] = ()
    origin: str = ""
    offset: float | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The axes as values."""
        return tuple(map(parse_measure, self.axes))

    @property
    def goal(self) -> Measure:
        """The quality as a value."""
        return parse_measure(self.quality)

    def to_dict(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RunSettings":
        """The inverse of `to_dict`; InputError when a field is missing or unknown."""
        names = {field.name for field in fields(cls)}
        if set(values) != names:
            odd = ", ".join(sorted(set(values) ^ names))
            raise InputError(f"The settings of the run are damaged: missing or unknown {odd}. Start a new run.")
        lists = {name: tuple(values[name]) for name in ("axes", "cells", "first")}
        return cls(**{**values, **lists})

    @property
    def group(self) -> str:
        """The same for runs that differ in their seed alone: how they search."""
        return EMITTER_WORDS[self.emitter].split(":")[0]


def check_settings(settings: RunSettings) -> RunSettings:
    """Return the settings; InputError names the first that cannot be."""
    if not NAME.fullmatch(settings.name) or ".." in settings.name:
        raise InputError(f"Name of the run: expected 1 to 80 letters, digits, spaces or dashes; got {settings.name!r}.")
    check_choice(settings.source, SOURCES, "search over")
    check_choice(settings.emitter, EMITTERS[settings.source], f"emitter over {settings.source}")
    check_choice(settings.scale, SCALES, "scale")
    if len(settings.axes) not in (1, 2):
        raise InputError(f"Axes: expected one or two, got {len(settings.axes)}.")
    if len(set(settings.axes)) < len(settings.axes):
        raise InputError("Axes: expected two different measures, got the same one twice.")
    if settings.cvt:
        check_cells([settings.cvt])
    elif len(settings.cells) != len(settings.axes):
        raise InputError(f"Resolution: expected {len(settings.axes)} numbers, got {len(settings.cells)}.")
    else:
        check_cells(settings.cells)
    _check_numbers(settings)
    for measure in (*settings.measures, settings.goal):
        _check_kind(measure, settings)
    return settings


def _check_numbers(settings: RunSettings) -> None:
    for name, low, high in (
        ("evaluations", 1, MOST_EVALUATIONS),
        ("batch", 1, MOST_BATCH),
        ("neighbours", 1, 1000),
        ("far", 0, 1),
        ("start", 1, MOST_EVALUATIONS),
        ("seed", 0, 2**31),
    ):
        value = getattr(settings, name)
        if not low <= value <= high:
            raise InputError(f"{name.capitalize()}: expected {low:,} to {high:,}, got {value:,}.")


def _check_kind(measure: Measure, settings: RunSettings) -> None:
    if measure.kind == "python" and str(measure) != settings.quality:
        raise InputError("A function of your own can be the quality, not an axis. Choose another measure for the axis.")
    if settings.source == "data":
        return
    if measure.kind not in (*BY_SCENES, "python"):
        raise InputError(f"“{measure}” is not known of a scene that is drawn anew. Choose another measure.")
    if measure.kind == "column":
        check_choice(measure.value, SCENE_NUMBERS, "numeric attribute of scenes")
