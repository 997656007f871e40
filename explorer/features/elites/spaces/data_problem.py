"""The measures of a run over the items of a data set."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.dataset import HASH, ID, RESERVED, TEXT, hash_of_strings
from explorer.base.errors import Cancelled, ExplorerError, InputError
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Log
from explorer.features.elites.measures import Measure
from explorer.features.elites.problem import Item, Problem
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.spaces.data_emitter import ItemSetup, Unvisited
from explorer.features.elites.text_statistics import TEXT_STATISTICS
from explorer.index.graph import item_neighbours
from explorer.io.atomic import atomic_write
from explorer.io.images import read_image
from explorer.pictures.statistics import STATISTICS, pixels
from explorer.workspace.opened import Opened

SAMPLE = 1_000
BLOCK = 65_536


class DataProblem(Problem[int]):
    """Candidates are rows; only those asked for are looked at where looking is expensive."""

    def __init__(self, opened: Opened, settings: RunSettings) -> None:
        super().__init__(opened, settings)
        self.ws = opened.workspace
        if len(self.embeddings.rows) < 2:
            raise InputError("Expected at least two items with vectors. Prepare the data for search first.")
        self._dense = {m: self._all(m) for m in self.measures if m.kind not in ("image", "python")}
        self._pictures: Floats | None = None

    def values(self, genotypes: Sequence[int]) -> Doubles:
        """(n, axes + 1) raw values of these rows."""
        rows = np.asarray(genotypes, dtype=np.int64)
        return np.column_stack([self._column(measure, rows) for measure in self.measures])

    def sample(self, settings: RunSettings) -> Doubles:
        """All items where that is free; a thousand random ones for measures on pictures."""
        measures = (*settings.measures, settings.goal)
        rows = self.embeddings.rows
        if any(measure.kind == "image" for measure in measures):
            rows = at_most(rows, SAMPLE, np.random.default_rng(0))
        return np.column_stack([self._column(measure, rows) for measure in measures])

    def setup(self, archive: Archive, log: Log) -> ItemSetup:
        """The unvisited items and the neighbour graph."""
        settings, embeddings = self.settings, self.embeddings
        k = min(settings.neighbours, len(embeddings.rows) - 1)

        def near(rows: Rows) -> Rows:
            index = self.opened.index(settings.encoder)
            return item_neighbours(index, embeddings.vectors, rows, k).rows

        return ItemSetup(
            archive=archive,
            log=log,
            rng=np.random.default_rng(settings.seed),
            batch=settings.batch,
            start=settings.start,
            pool=Unvisited(embeddings.rows, len(embeddings)),
            near=near,
            vectors=embeddings.vectors,
            axes=len(settings.axes),
            far=settings.far,
            first=self._first(),
        )

    def everything(self) -> list[int] | None:
        """All rows, unless pictures or a function of the user's own would have to be asked."""
        rows: list[int] = self.embeddings.rows.tolist()
        return rows if all(measure in self._dense for measure in self.measures) else None

    def _first(self) -> tuple[int, ...]:
        if not self.settings.first:
            return ()
        rows = self.dataset.rows_of(self.settings.first)
        if not self.embeddings.present[rows].all():
            raise InputError("An item to begin with has no vector. Choose another one.")
        return tuple(rows.tolist())

    def _column(self, measure: Measure, rows: Rows) -> Doubles:
        if measure in self._dense:
            return self._dense[measure][rows]
        if measure.kind == "image":
            place = list(STATISTICS).index(measure.value)
            return np.array([self._picture(int(row))[place] for row in rows], dtype=np.float64)
        function = self.functions[measure.value]
        return np.array([self.guarded(partial(self._ask, function, int(row))) for row in rows])

    def _ask(self, function: Callable[[Item], float], row: int) -> float:
        return function(self.item(row))

    def _all(self, measure: Measure) -> Doubles:
        if measure.kind == "column":
            return _numbers(self.dataset.column(measure.value), measure.value)
        if measure.kind == "text":
            return self._texts(TEXT_STATISTICS[measure.value])
        if measure.kind == "map":
            return np.asarray(self._map()[:, "xy".index(measure.value)], dtype=np.float64)
        direction = self.direction(measure)
        vectors = self.embeddings.vectors
        parts = [widen(vectors[at : at + BLOCK]) @ direction for at in range(0, len(vectors), BLOCK)]
        return np.where(self.embeddings.present, np.concatenate(parts), np.nan).astype(np.float64)

    def _texts(self, statistic: Callable[[str], float]) -> Doubles:
        texts = self.dataset.table.column(TEXT).to_pylist()
        return np.array([statistic(text) if text else np.nan for text in texts], dtype=np.float64)

    def _map(self) -> Floats:
        encoder = self.settings.encoder
        methods = self.opened.map_methods(encoder)
        if not methods:
            raise InputError(f"There is no map for {encoder} yet. Make one on the home page.")
        coords: Floats = self.opened.map(encoder, methods[0]).coords
        return coords

    def item(self, row: int) -> Item:
        """An item as a function of the user's own sees it."""
        values = self.dataset.table.slice(row, 1).to_pylist()[0]
        image = read_image(self.ws.image_path(values["path"])) if values["path"] else None
        extra = {name: value for name, value in values.items() if name not in RESERVED}
        return Item(values[ID], values[TEXT], image, extra)

    def _picture(self, row: int) -> Floats:
        """(5,) statistics of an item's picture, measured once and kept below cache/."""
        if self._pictures is None:
            self._pictures = self._read_pictures()
        if np.isnan(self._pictures[row, 0]):
            self._pictures[row] = self._measure(row)
        found: Floats = self._pictures[row]
        return found

    def _measure(self, row: int) -> Floats:
        try:
            rgb = pixels(read_image(self.ws.image_path(row), min_side=64))
        except Cancelled:
            raise
        except (ExplorerError, OSError) as error:
            self.failed(str(error))
            return np.full(len(STATISTICS), np.nan, dtype=np.float32)
        return np.array([statistic(rgb) for statistic in STATISTICS.values()], dtype=np.float32)

    def _pictures_path(self) -> Path:
        return self.ws.folder("cache") / f"picture-numbers-{hash_of_strings(self.dataset.table.column(HASH))}.npy"

    def _read_pictures(self) -> Floats:
        empty = np.full((len(self.dataset), len(STATISTICS)), np.nan, dtype=np.float32)
        try:
            found = np.load(self._pictures_path(), allow_pickle=False)
        except (OSError, ValueError):
            return empty
        return np.array(found) if found.shape == empty.shape else empty

    def keep(self) -> None:
        """Write what was measured on pictures, so that no run measures it again."""
        if self._pictures is None:
            return
        known = self._read_pictures()
        merged = np.where(np.isnan(self._pictures), known, self._pictures)
        with atomic_write(self._pictures_path()) as temporary:
            np.save(temporary, merged)


def _numbers(series: "pd.Series[float]", name: str) -> Doubles:
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(values).any():
        raise InputError(f"Attribute {name}: expected numbers, got none. Choose a column that holds numbers.")
    return np.asarray(values)
