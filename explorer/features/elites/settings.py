"""What a MAP-Elites run is asked to do, as a value that is saved with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer.base.errors import InputError
from explorer.features.elites.measures import Measure, parse_measure

SAVED_NAMES = {"space": "source"}
"""Fields that saved runs call by another name."""


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """All that decides a run, besides the data and the model.

    axes: one or two written measures; quality: one. space: where candidates come from. cells: the grid's resolution;
    cvt: number of cells of irregular shape, 0 for a grid. scale: "quantiles" or "range". emitter: name of the method;
    evaluations, batch, seed: of the search. neighbours, far: size of an item's neighbourhood and share of far jumps.
    start: candidates drawn at random first. first: ids or written scenes to begin with, and `origin` the run and cell
    that they come from. offset: of the QD score; None for 0, or for the lowest quality seen when the quality is a
    function of the user's own.
    """

    name: str
    encoder: str
    axes: tuple[str, ...]
    quality: str
    space: str = "data"
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
        """Values that JSON can hold, as saved runs name them."""
        return {SAVED_NAMES.get(name, name): value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RunSettings":
        """The inverse of `to_dict`; InputError when a field is missing or unknown."""
        names = {SAVED_NAMES.get(field.name, field.name): field.name for field in fields(cls)}
        if set(values) != set(names):
            odd = ", ".join(sorted(set(values) ^ set(names)))
            raise InputError(f"The settings of the run are damaged: missing or unknown {odd}. Start a new run.")
        lists = {name: tuple(values[name]) for name in ("axes", "cells", "first")}
        return cls(**{names[name]: value for name, value in {**values, **lists}.items()})
