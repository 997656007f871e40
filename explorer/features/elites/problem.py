"""What one run evaluates: its measures on candidates, and how they become places on the map."""

import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from PIL import Image

from explorer.base.arrays import Doubles, Floats
from explorer.base.errors import Cancelled, InputError, ModelError
from explorer.base.half import widen
from explorer.encoders.base import Encoder
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Answers, Log
from explorer.features.elites.measures import Measure
from explorer.features.elites.method import Setup
from explorer.features.elites.scales import Scale, fit_scale, fit_steps, full_range
from explorer.features.elites.settings import RunSettings
from explorer.workspace.opened import Opened

G = TypeVar("G")


@dataclass(frozen=True)
class Item:
    """What a quality function of the user's own is given: `image` (RGB, or None), `text`, `id`, `attributes`."""

    id: str
    text: str
    image: Image.Image | None
    attributes: dict[str, Any]


class Problem(ABC, Generic[G]):
    """The measures of a run over candidates of type G. A candidate that fails is answered with NaN, and why is noted.

    scales: one an axis; quality_scale: None when the quality is kept as it is. settings: as asked, after `calibrate`
    with a row a value on axes that have fewer values than rows. first_failure: why the first failed.
    """

    def __init__(self, opened: Opened, settings: RunSettings) -> None:
        self.opened, self.settings = opened, settings
        self.dataset = opened.dataset
        self.embeddings = opened.embeddings(settings.encoder)
        self.measures = (*settings.measures, settings.goal)
        self.first_failure = ""
        self.scales: tuple[Scale, ...] = ()
        self.quality_scale: Scale | None = None
        self.functions = {m.value: load_function(m.value) for m in self.measures if m.kind == "python"}
        self._check_texts()

    @cached_property
    def encoder(self) -> Encoder:
        """The loaded model."""
        return self.opened.encoder(self.settings.encoder)

    @abstractmethod
    def values(self, genotypes: Sequence[G]) -> Doubles:
        """(n, axes + 1) raw values, the quality last; NaN where the evaluation failed."""

    @abstractmethod
    def sample(self, settings: RunSettings) -> Doubles:
        """(m, axes + 1) raw values that the scales are fitted to."""

    @abstractmethod
    def setup(self, archive: Archive, log: Log) -> Setup:
        """What the emitter works with; InputError when a candidate to begin with cannot be."""

    def everything(self) -> list[G] | None:
        """All candidates that there are, where looking at all of them is free; None elsewhere."""
        return None

    def keep(self) -> None:
        """Write down what need not be measured again."""

    def evaluate(self, genotypes: Sequence[G]) -> Answers:
        """Raw answers for a batch."""
        values = self.values(genotypes)
        return Answers(values[:, -1], values[:, :-1])

    def calibrate(self) -> None:
        """Fit the scales. InputError when an axis or the quality has no spread."""
        known = [measure for measure in self.measures if measure.kind != "python"]
        sample = self.sample(replace(self.settings, quality=str(known[-1])) if known else self.settings)
        self.scales = tuple(self._axis(sample[:, axis], axis) for axis in range(len(self.settings.axes)))
        if not self.settings.cvt:
            rows = zip(self.scales, self.settings.cells, strict=True)
            cells = tuple(len(scale.knots) if scale.steps else asked for scale, asked in rows)
            self.settings = replace(self.settings, cells=cells)
        goal = self.settings.goal
        if goal.kind != "python":
            self.quality_scale = full_range(sample[:, -1], f"Quality ({goal.label})")

    def _axis(self, values: Doubles, axis: int) -> Scale:
        measure = self.settings.measures[axis]
        rows = 0 if self.settings.cvt else self.settings.cells[axis]
        return fit_steps(values, rows, f"Axis {measure.label}") or self.scale(values, measure)

    def scale(self, values: Doubles, measure: Measure) -> Scale:
        """The scale of an axis, fitted to (m,) raw values."""
        return fit_scale(values, self.settings.scale, f"Axis {measure.label}")

    def _check_texts(self) -> None:
        needs = [m for m in self.measures if m.kind in ("pair", "prompt")]
        able = self.encoder.abilities if needs else None
        if needs and able and not (able.joint or (able.texts and not able.images)):
            raise ModelError(
                f"The model {self.settings.encoder} has no texts and images in one space, so “{needs[0].label}” cannot "
                "be measured. Choose another model, or an attribute, a picture measure or an item instead of a text."
            )

    def direction(self, measure: Measure) -> Floats:
        """(d,) what vectors are multiplied with for a pair, a prompt or an item."""
        if measure.kind == "item":
            own: Floats = widen(self.embeddings.vectors[self.dataset.rows_of([measure.value])])[0]
            return own
        found = self.encoder.encode_texts([measure.value, measure.other or measure.value])
        chosen: Floats = found[1] - found[0] if measure.kind == "pair" else found[0]
        return chosen

    def guarded(self, work: Callable[[], float]) -> float:
        """A number from `work`; NaN, noted, when it raises or gives no finite number."""
        try:
            value = float(work())
        except Cancelled:
            raise
        except Exception as error:  # one failing evaluation is counted and skipped, never the end of a run
            self.failed(f"{type(error).__name__}: {error}")
            return float("nan")
        if not np.isfinite(value):
            self.failed(f"expected a finite number, got {value}")
            return float("nan")
        return value

    def failed(self, why: str) -> None:
        """Note why a candidate could not be evaluated; the first reason is kept."""
        self.first_failure = self.first_failure or why


def load_function(named: str) -> Callable[[Item], float]:
    """The function NAME of the Python file in "FILE.py:NAME". InputError when there is none."""
    file, colon, name = named.rpartition(":")
    path = Path(file).expanduser()
    if not colon or path.suffix != ".py" or not path.is_file():
        raise InputError(f"Quality function: expected FILE.py:NAME with a file that exists, got {named!r}.")
    spec = importlib.util.spec_from_file_location("explorer_quality", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(f"{path} could not be run: {type(error).__name__}: {error}.") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise InputError(f"{path} holds no function named {name!r}.")
    found: Callable[[Item], float] = function
    return found
