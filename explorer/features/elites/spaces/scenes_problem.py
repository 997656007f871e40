"""The measures of a run over drawn scenes."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from PIL import Image

from explorer.base.arrays import Doubles, Floats
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Log
from explorer.features.elites.measures import Measure
from explorer.features.elites.problem import Item, Problem
from explorer.features.elites.scales import Scale
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.spaces.scene_words import parse_scene
from explorer.features.elites.spaces.scenes_emitter import SceneSetup, random_scene, within_placements
from explorer.pictures.statistics import STATISTICS, pixels
from explorer.scenes import Scene, attributes, render
from explorer.scenes.values import NUANCE_NAMES
from explorer.workspace.opened import Opened

SAMPLE = 300
WIDER = 0.25


class SceneProblem(Problem[Scene]):
    """Candidates are scenes; each batch is drawn and goes through the model together."""

    def __init__(self, opened: Opened, settings: RunSettings) -> None:
        super().__init__(opened, settings)
        self._known: dict[Measure, Floats] = {}

    def values(self, genotypes: Sequence[Scene]) -> Doubles:
        """(n, axes + 1) raw values of these scenes."""
        return self._values(genotypes, self.measures)

    def _values(self, scenes: Sequence[Scene], measures: Sequence[Measure]) -> Doubles:
        images = [render(scene) for scene in scenes]
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
                columns.append(self._own(measure, scenes, images))
            else:
                columns.append(np.array([scene_number(scene, measure.value) for scene in scenes]))
        return np.column_stack(columns)

    def _own(self, measure: Measure, scenes: Sequence[Scene], images: list[Image.Image]) -> Doubles:
        function = self.functions[measure.value]
        items = [Item("", "", image, dict(attributes(scene))) for scene, image in zip(scenes, images, strict=True)]
        return np.array([self.guarded(partial(function, item)) for item in items])

    def _directions(self, measures: Sequence[Measure]) -> dict[Measure, Floats]:
        wanted = [m for m in measures if m.kind in ("pair", "prompt", "item")]
        self._known.update({m: self.direction(m) for m in wanted if m not in self._known})
        return {m: self._known[m] for m in wanted}

    def sample(self, settings: RunSettings) -> Doubles:
        """Three hundred random scenes."""
        rng = np.random.default_rng(0)
        scenes = [random_scene(rng) for _ in range(SAMPLE)]
        return self._values(scenes, (*settings.measures, settings.goal))

    def setup(self, archive: Archive, log: Log) -> SceneSetup:
        """The scenes to begin with."""
        settings = self.settings
        return SceneSetup(
            archive=archive,
            log=log,
            rng=np.random.default_rng(settings.seed),
            batch=settings.batch,
            start=settings.start,
            first=tuple(within_placements(parse_scene(text)) for text in settings.first),
        )

    def scale(self, values: Doubles, measure: Measure) -> Scale:
        """Wider than random scenes reach: finding what they do not reach is the point."""
        scale = super().scale(values, measure)
        if self.settings.scale != "range":
            return scale
        low, high = scale.knots
        extra = WIDER * (high - low)
        wide = (low - extra, high + extra)
        if measure.kind == "image":  # these lie between 0 and 1
            wide = (max(wide[0], 0.0), min(wide[1], 1.0))
        return Scale(wide, (0.0, 1.0))


def scene_number(scene: Scene, name: str) -> float:
    """A numeric attribute of a scene: its count or one of its nuances."""
    return float(scene.count) if name == "count" else float(scene.nuance[NUANCE_NAMES.index(name)])
