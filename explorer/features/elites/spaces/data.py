"""The items of a data set: a candidate is a row."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as types
from PIL import Image, ImageOps

from explorer.base.arrays import Doubles, Floats, Mask
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import ExplorerError
from explorer.base.half import widen
from explorer.features.elites.measures import MEASURES, Measure
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.space import Space
from explorer.features.elites.spaces.data_problem import DataProblem
from explorer.io.thumbnails import thumbnail
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

GREY = (128, 128, 128)
MOST_TILES = 16_384


class DataSpace(Space[int]):
    """Which of the items are the best of each kind."""

    name = "data"
    title = "the items of this data set"
    sampled = "the items"
    scale = "quantiles"
    length = 1
    measures = tuple(MEASURES)
    drawn = False

    def __init__(self) -> None:
        self._tiles: dict[tuple[str, int, bool], Image.Image] = {}

    def check(self, measure: Measure) -> None:
        """Any measure may be known of items; a run looks when it starts."""

    def offered(self, opened: Opened, encoder: str, texts: bool) -> list[str]:
        """What the model, the data set and its maps can answer."""
        there = {
            "pair": texts,
            "prompt": texts,
            "image": opened.dataset.has_images,
            "text": opened.dataset.has_texts,
            "column": bool(self.columns(opened.dataset)),
            "map": bool(opened.map_methods(encoder)),
            "python": False,
        }
        return [kind for kind in self.measures if there.get(kind, True)]

    def columns(self, dataset: Dataset) -> list[str]:
        """Columns of whole or broken numbers."""
        kinds = {name: dataset.table.schema.field(name).type for name in dataset.attributes}
        return [name for name, kind in kinds.items() if types.is_floating(kind) or types.is_integer(kind)]

    def most(self, dataset: Dataset) -> int:
        """All items: none is looked at twice."""
        return len(dataset)

    def problem(self, opened: Opened, settings: RunSettings) -> DataProblem:
        """The measures over rows."""
        return DataProblem(opened, settings)

    def solutions(self, genotypes: Sequence[int], kept: Mask) -> Doubles:
        """(n, 1) rows."""
        return np.array(genotypes, dtype=np.float64)[:, None]

    def write(self, genotypes: Sequence[int], dataset: Dataset) -> dict[str, Sequence[Any]]:
        """Rows, and ids for people who read the log."""
        ids = dataset.table.column(ID).take(pa.array(genotypes, pa.int64())).to_pylist()
        return {"row": genotypes, "id": ids}

    def read(self, table: pa.Table) -> list[int]:
        """Rows."""
        rows: list[int] = table.column("row").to_pylist()
        return rows

    def exported(self, genotypes: Sequence[int], ws: Workspace) -> dict[str, Sequence[Any]]:
        """Paths of the images."""
        return {"path": ws.dataset().table.column(PATH).take(pa.array(genotypes, pa.int64())).to_pylist()}

    def row(self, genotype: int) -> int:
        """The row itself."""
        return int(genotype)

    def title_of(self, genotype: int, ws: Workspace) -> str:
        """The item's id."""
        return _value(ws, ID, genotype)

    def text_of(self, genotype: int, ws: Workspace) -> str:
        """The item's text."""
        return _value(ws, TEXT, genotype)

    def written(self, genotype: int, ws: Workspace) -> str:
        """The item's id."""
        return self.title_of(genotype, ws)

    def has_pictures(self, ws: Workspace) -> bool:
        """Whether any item has an image."""
        return ws.dataset().has_images

    def picture(self, genotype: int, ws: Workspace, size: int) -> bytes | None:
        """The item's thumbnail."""
        return thumbnail(ws, genotype, size)

    def tile(self, genotype: int, ws: Workspace, side: int, whole: bool) -> Image.Image:
        """The item's thumbnail, whole or its centred square; drawn once a content."""
        key = (_value(ws, HASH, genotype), side, whole)
        if key not in self._tiles:
            if len(self._tiles) > MOST_TILES:
                self._tiles.clear()
            self._tiles[key] = _square(ws, genotype, side, whole)
        return self._tiles[key]

    def vector(self, genotype: int, opened: Opened, encoder: str) -> Floats:
        """The item's vector."""
        found: Floats = widen(opened.embeddings(encoder).vectors[[genotype]])[0]
        return found

    def described(self, settings: RunSettings) -> list[str]:
        """How far steps go."""
        return [f"Neighbourhood: {settings.neighbours} items; share of far jumps: {settings.far:g}."]


def _value(ws: Workspace, column: str, row: int) -> str:
    return str(ws.dataset().table.column(column)[row].as_py())


def _square(ws: Workspace, row: int, side: int, whole: bool) -> Image.Image:
    """A thumbnail or its middle; grey where there is no picture or it cannot be read."""
    try:
        data = thumbnail(ws, row, 256 if side > 64 else 128 if side > 32 else 64)
    except (ExplorerError, OSError):
        data = None
    if data is None:
        return Image.new("RGB", (side, side), GREY)
    image = Image.open(BytesIO(data)).convert("RGB")
    if whole:
        return ImageOps.pad(image.convert("RGBA"), (side, side), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    return image.resize((side, side), Image.Resampling.LANCZOS, (left, top, left + edge, top + edge))
