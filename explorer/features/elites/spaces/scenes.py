"""Scenes drawn anew: a candidate is a scene of the procedural world."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image

from explorer.base.arrays import Doubles, Floats, Mask, check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.elites.measures import MEASURES, Measure
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.space import Space
from explorer.features.elites.spaces.scene_genes import LENGTH, NUANCES, WORDS, to_vector
from explorer.features.elites.spaces.scene_words import write_scene
from explorer.features.elites.spaces.scenes_problem import SceneProblem
from explorer.scenes import Genotype, Scene, caption, from_genotype, genotype, render
from explorer.scenes.values import NUANCE_NAMES
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

MOST = 1_000_000
NUMBERS = ("count", *NUANCE_NAMES)
FLOATS = tuple(f"nuance_{place}" for place in range(NUANCES))
WITH_TEXTS = ("pair", "prompt")


class SceneSpace(Space[Scene]):
    """What the model makes of things that no data set holds."""

    name = "scenes"
    title = "scenes drawn anew"
    sampled = "random scenes"
    scale = "range"
    length = LENGTH
    measures = tuple(kind for kind in MEASURES if kind not in ("map", "text"))
    drawn = True

    def check(self, measure: Measure) -> None:
        """A scene has no place on a map and no text, and numbers of its own."""
        if measure.kind not in self.measures:
            raise InputError(f"“{measure}” is not known of a scene that is drawn anew. Choose another measure.")
        if measure.kind == "column":
            check_choice(measure.value, NUMBERS, "numeric attribute of scenes")

    def offered(self, opened: Opened, encoder: str, texts: bool) -> list[str]:
        """All but texts, which not every model reads."""
        return [kind for kind in self.measures if kind != "python" and (texts or kind not in WITH_TEXTS)]

    def columns(self, dataset: Dataset) -> list[str]:
        """The count and the nuances of a scene."""
        return list(NUMBERS)

    def most(self, dataset: Dataset) -> int:
        """There is no end of scenes."""
        return MOST

    def problem(self, opened: Opened, settings: RunSettings) -> SceneProblem:
        """The measures over scenes."""
        return SceneProblem(opened, settings)

    def solutions(self, genotypes: Sequence[Scene], kept: Mask) -> Doubles:
        """(n, length) vectors of the kept scenes, zeros for the others."""
        found = np.zeros((len(genotypes), LENGTH))
        for place in np.flatnonzero(kept).tolist():
            found[place] = to_vector(genotypes[place])
        return found

    def write(self, genotypes: Sequence[Scene], dataset: Dataset) -> dict[str, Sequence[Any]]:
        """A column a gene and a nuance."""
        genes = [genotype(scene) for scene in genotypes]
        named = {name: [dict(gene.genes)[name] for gene in genes] for name in WORDS}
        return named | {name: [gene.floats[place] for gene in genes] for place, name in enumerate(FLOATS)}

    def read(self, table: pa.Table) -> list[Scene]:
        """Scenes."""
        found = []
        for row in table.select([*WORDS, *FLOATS]).to_pylist():
            a, b, c, d = (float(row[name]) for name in FLOATS)
            found.append(from_genotype(Genotype(tuple((name, row[name]) for name in WORDS), (a, b, c, d))))
        return found

    def exported(self, genotypes: Sequence[Scene], ws: Workspace) -> dict[str, Sequence[Any]]:
        """Scenes as JSON."""
        return {"scene": [write_scene(scene) for scene in genotypes]}

    def row(self, genotype: Scene) -> int:
        """None of the items."""
        return -1

    def title_of(self, genotype: Scene, ws: Workspace) -> str:
        """The scene in words."""
        return caption(genotype)

    def text_of(self, genotype: Scene, ws: Workspace) -> str:
        """No text beside the title."""
        return ""

    def written(self, genotype: Scene, ws: Workspace) -> str:
        """The scene as JSON."""
        return write_scene(genotype)

    def has_pictures(self, ws: Workspace) -> bool:
        """Every scene can be drawn."""
        return True

    def picture(self, genotype: Scene, ws: Workspace, size: int) -> bytes | None:
        """The scene, drawn."""
        buffer = BytesIO()
        render(genotype, size).save(buffer, "WEBP", quality=85, method=2)
        return buffer.getvalue()

    def tile(self, genotype: Scene, ws: Workspace, side: int, whole: bool) -> Image.Image:
        """The scene, drawn at 128 pixels and made smaller; it is square, so nothing is cut."""
        return _tile(genotype, side)

    def vector(self, genotype: Scene, opened: Opened, encoder: str) -> Floats:
        """What the model makes of the drawn scene."""
        drawn: Floats = opened.encoder(encoder).encode_images([render(genotype)])[0]
        return drawn

    def described(self, settings: RunSettings) -> list[str]:
        """Nothing."""
        return []


@lru_cache(maxsize=8192)
def _tile(scene: Scene, side: int) -> Image.Image:
    return render(scene, 128).resize((side, side), Image.Resampling.BOX)
