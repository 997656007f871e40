"""What one run evaluates: its measures on items of a workspace or on drawn scenes, and how they become places."""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import HASH, ID, RESERVED, TEXT, hash_of_strings
from explorer.base.errors import Cancelled, ExplorerError, InputError, ModelError, WorkspaceError
from explorer.base.half import widen
from explorer.encoders.base import Encoder
from explorer.features.elites.images import STATISTICS, pixels
from explorer.features.elites.loop import Answers
from explorer.features.elites.over_scenes import random_scene
from explorer.features.elites.scales import Scale, fit_scale, full_range
from explorer.features.elites.settings import Measure, RunSettings
from explorer.io.atomic import atomic_write
from explorer.io.images import read_image
from explorer.scenes import Scene, attributes, render
from explorer.scenes.values import NUANCE_NAMES
from explorer.workspace.folder import Workspace
from explorer.workspace.mapping import METHODS, load_map

SAMPLE, SCENE_SAMPLE = 1_000, 300
WIDER = 0.25
BLOCK = 65_536


@dataclass(frozen=True)
class Item:
    """What a quality function of the user's own is given: `image` (RGB, or None), `text`, `id`, `attributes`."""

    id: str
    text: str
    image: Image.Image | None
    attributes: dict[str, Any]


class Problem:
    """The measures of a run. `evaluate` never raises for one candidate: it answers NaN and notes why.

    scales: one an axis; line: of the quality, None when it is kept as it is. first_failure: why the first failed.
    """

    def __init__(self, ws: Workspace, settings: RunSettings, load: Callable[[str], Encoder]) -> None:
        self.ws, self.settings, self._load = ws, settings, load
        self.dataset = ws.dataset()
        self.embeddings = ws.embeddings(settings.encoder)
        self.measures = (*settings.measures, settings.goal)
        self.first_failure = ""
        self.scales: tuple[Scale, ...] = ()
        self.line: Scale | None = None
        self._functions = {m.value: load_function(m.value) for m in self.measures if m.kind == "python"}
        self._check_texts()

    @cached_property
    def encoder(self) -> Encoder:
        """The loaded model."""
        return self._load(self.settings.encoder)

    def evaluate(self, genotypes: Sequence[Any]) -> Answers:
        """Raw answers for a batch."""
        values = self.values(genotypes)
        return Answers(values[:, -1], values[:, :-1])

    def values(self, genotypes: Sequence[Any]) -> NDArray[np.float64]:
        """(n, axes + 1) raw values, the quality last."""
        raise NotImplementedError

    def calibrate(self) -> None:
        """Fit the scales. InputError when an axis or the quality has no spread."""
        kinds = [measure for measure in self.measures if measure.kind != "python"]
        sample = self.sample(replace(self.settings, quality=str(kinds[-1])) if kinds else self.settings)
        self.scales = tuple(
            self._scale(sample[:, axis], measure) for axis, measure in enumerate(self.settings.measures)
        )
        goal = self.settings.goal
        if goal.kind != "python":
            self.line = full_range(sample[:, -1], f"Quality ({goal.label})")

    def sample(self, settings: RunSettings) -> NDArray[np.float64]:
        """(m, axes + 1) raw values that the scales are fitted to."""
        raise NotImplementedError

    def _scale(self, values: NDArray[Any], measure: Measure) -> Scale:
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

    def guarded(self, work: Callable[[], Any]) -> float:
        """A number from `work`; NaN, noted, when it raises or gives no finite number."""
        try:
            value = float(work())
        except Cancelled:
            raise
        except Exception as error:  # one failing evaluation is counted and skipped, never the end of a run
            self.first_failure = self.first_failure or f"{type(error).__name__}: {error}"
            return float("nan")
        if not np.isfinite(value):
            self.first_failure = self.first_failure or f"expected a finite number, got {value}"
            return float("nan")
        return value


class DataProblem(Problem):
    """Candidates are rows; only those asked for are looked at where looking is expensive."""

    def __init__(self, ws: Workspace, settings: RunSettings, load: Callable[[str], Encoder]) -> None:
        super().__init__(ws, settings, load)
        if len(self.embeddings.rows) < 2:
            raise InputError("Expected at least two items with vectors. Prepare the data for search first.")
        self._dense = {m: self._all(m) for m in self.measures if m.kind not in ("image", "python")}
        self._pictures: NDArray[np.float32] | None = None

    def values(self, genotypes: Sequence[Any]) -> NDArray[np.float64]:
        """(n, axes + 1) raw values of these rows."""
        rows = np.asarray(genotypes, dtype=np.int64)
        return np.column_stack([self._column(measure, rows) for measure in self.measures])

    @property
    def exhaustible(self) -> bool:
        """Whether all items can be looked at without asking a function of the user's own."""
        return not self._functions

    def sample(self, settings: RunSettings) -> NDArray[np.float64]:
        """All items where that is free; a thousand random ones for measures on pictures."""
        kinds = (*settings.measures, settings.goal)
        rows = self.embeddings.rows
        if any(measure.kind == "image" for measure in kinds) and len(rows) > SAMPLE:
            rows = np.random.default_rng(0).choice(rows, SAMPLE, replace=False)
        return np.column_stack([self._column(measure, rows) for measure in kinds])

    def _column(self, measure: Measure, rows: Rows) -> NDArray[np.float64]:
        if measure in self._dense:
            return self._dense[measure][rows]
        if measure.kind == "image":
            place = list(STATISTICS).index(measure.value)
            return np.array([self._picture(int(row))[place] for row in rows], dtype=np.float64)
        function = self._functions[measure.value]
        return np.array([self.guarded(partial(self._ask, function, int(row))) for row in rows])

    def _ask(self, function: Callable[[Item], float], row: int) -> float:
        return function(self.item(row))

    def _all(self, measure: Measure) -> NDArray[np.float64]:
        if measure.kind == "column":
            return _numbers(self.dataset.column(measure.value), measure.value)
        if measure.kind == "map":
            return np.asarray(self._map()[:, "xy".index(measure.value)], dtype=np.float64)
        direction = self.direction(measure)
        vectors = self.embeddings.vectors
        parts = [widen(vectors[at : at + BLOCK]) @ direction for at in range(0, len(vectors), BLOCK)]
        return np.where(self.embeddings.present, np.concatenate(parts), np.nan).astype(np.float64)

    def _map(self) -> Floats:
        for method in METHODS:
            try:
                coords: Floats = load_map(self.ws, self.settings.encoder, method).coords
            except WorkspaceError:
                continue
            return coords
        raise InputError(f"There is no map for {self.settings.encoder} yet. Make one on the home page.")

    def item(self, row: int) -> Item:
        """An item as a function of the user's own sees it."""
        values = self.dataset.table.slice(row, 1).to_pylist()[0]
        image = read_image(self.ws.image_path(values["path"])) if values["path"] else None
        extra = {name: value for name, value in values.items() if name not in RESERVED}
        return Item(values[ID], values[TEXT], image, extra)

    def _picture(self, row: int) -> NDArray[np.float32]:
        """(5,) statistics of an item's picture, measured once and kept below cache/."""
        if self._pictures is None:
            self._pictures = self._read_pictures()
        if np.isnan(self._pictures[row, 0]):
            self._pictures[row] = self._measure(row)
        found: NDArray[np.float32] = self._pictures[row]
        return found

    def _measure(self, row: int) -> NDArray[np.float32]:
        try:
            rgb = pixels(read_image(self.ws.image_path(row), min_side=64))
        except Cancelled:
            raise
        except (ExplorerError, OSError) as error:
            self.first_failure = self.first_failure or str(error)
            return np.full(len(STATISTICS), np.nan, dtype=np.float32)
        return np.array([statistic(rgb) for statistic in STATISTICS.values()], dtype=np.float32)

    def _pictures_path(self) -> Path:
        return self.ws.path / "cache" / f"picture-numbers-{hash_of_strings(self.dataset.table.column(HASH))}.npy"

    def _read_pictures(self) -> NDArray[np.float32]:
        empty = np.full((len(self.dataset), len(STATISTICS)), np.nan, dtype=np.float32)
        try:
            found = np.load(self._pictures_path(), allow_pickle=False)
        except (OSError, ValueError):
            return empty
        return np.array(found) if found.shape == empty.shape else empty

    def keep_pictures(self) -> None:
        """Write what was measured on pictures, so that no run measures it again."""
        if self._pictures is None:
            return
        known = self._read_pictures()
        merged = np.where(np.isnan(self._pictures), known, self._pictures)
        with atomic_write(self._pictures_path()) as temporary:
            np.save(temporary, merged)


class SceneProblem(Problem):
    """Candidates are scenes; each batch is drawn and goes through the model together."""

    def values(self, genotypes: Sequence[Any]) -> NDArray[np.float64]:
        """(n, axes + 1) raw values of these scenes."""
        return self._values(genotypes, self.measures)

    def _values(self, genotypes: Sequence[Scene], measures: Sequence[Measure]) -> NDArray[np.float64]:
        images = [render(scene) for scene in genotypes]
        directions = self._directions(measures)
        vectors = self.encoder.encode_images(images) if directions else None
        squares = [pixels(image) for image in images] if any(m.kind == "image" for m in measures) else []
        columns = []
        for measure in measures:
            if measure in directions and vectors is not None:
                columns.append((vectors @ directions[measure]).astype(np.float64))
            elif measure.kind == "image":
                columns.append(np.array([STATISTICS[measure.value](rgb) for rgb in squares]))
            elif measure.kind == "python":
                columns.append(self._own(measure, genotypes, images))
            else:
                columns.append(np.array([scene_number(scene, measure.value) for scene in genotypes]))
        return np.column_stack(columns)

    def _own(self, measure: Measure, scenes: Sequence[Scene], images: list[Image.Image]) -> NDArray[np.float64]:
        function = self._functions[measure.value]
        items = [Item("", "", image, dict(attributes(scene))) for scene, image in zip(scenes, images, strict=True)]
        return np.array([self.guarded(partial(function, item)) for item in items])

    def _directions(self, measures: Sequence[Measure]) -> dict[Measure, Floats]:
        wanted = [m for m in measures if m.kind in ("pair", "prompt", "item")]
        missing = [m for m in wanted if m not in self._known]
        self._known.update({m: self.direction(m) for m in missing})
        return {m: self._known[m] for m in wanted}

    @cached_property
    def _known(self) -> dict[Measure, Floats]:
        return {}

    def sample(self, settings: RunSettings) -> NDArray[np.float64]:
        """Three hundred random scenes."""
        rng = np.random.default_rng(0)
        scenes = [random_scene(rng) for _ in range(SCENE_SAMPLE)]
        return self._values(scenes, (*settings.measures, settings.goal))

    def _scale(self, values: NDArray[Any], measure: Measure) -> Scale:
        """Wider than random scenes reach: finding what they do not reach is the point."""
        scale = super()._scale(values, measure)
        if self.settings.scale != "range":
            return scale
        low, high = scale.knots
        extra = WIDER * (high - low)
        wide = (low - extra, high + extra)
        if measure.kind == "image":  # these lie between 0 and 1
            wide = (max(wide[0], 0.0), min(wide[1], 1.0))
        return Scale(wide, (0.0, 1.0))


def make_problem(ws: Workspace, settings: RunSettings, load: Callable[[str], Encoder]) -> DataProblem | SceneProblem:
    """The problem of these settings; InputError or ModelError when a measure cannot be had."""
    return (DataProblem if settings.source == "data" else SceneProblem)(ws, settings, load)


def scene_number(scene: Scene, name: str) -> float:
    """A numeric attribute of a scene: its count or one of its nuances."""
    return float(scene.count) if name == "count" else float(scene.nuance[NUANCE_NAMES.index(name)])


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


def _numbers(series: Any, name: str) -> NDArray[np.float64]:
    import pandas as pd

    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(values).any():
        raise InputError(f"Attribute {name}: expected numbers, got none. Choose a column that holds numbers.")
    return np.asarray(values)
