"""The four tasks of GeneCIS on drawn scenes, for any encoder: `explorer eval scenes-genecis`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import ExplorerError, InputError
from explorer.base.progress import Progress
from explorer.encoders import Encoder, canonical, load_encoder
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.genecis import Places, places_of_targets
from explorer.features.conditional.method import Ask, Lens, Method
from explorer.features.conditional.scene_report import Ranks, format_tasks, report_of
from explorer.features.conditional.scene_tasks import GALLERY, TASKS, Template, templates
from explorer.features.conditional.scene_vectors import SIDE, cached, encode_scenes
from explorer.heads.head import Head, list_heads, read_head
from explorer.io.atomic import write_json
from explorer.scenes import attribute_prompts, render, sample
from explorer.workspace.layout import slug

CENTRE = 500


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Templates of one task with their vectors: (m, d) references and conditions, (m, 15, d) galleries.

    raw_references, raw_conditions: (m, d) as the model gives them, before they are scaled to length 1.
    """

    templates: list[Template]
    references: Floats
    conditions: Floats
    galleries: Floats
    targets: Rows
    raw_references: Floats
    raw_conditions: Floats


def prepare_task(encoder: Encoder, made: list[Template], name: str, progress: Progress) -> Prepared:
    """The templates of a task with the vectors of their pictures and words. name: of the copy kept on disk."""
    if not (encoder.abilities.images and encoder.abilities.texts and encoder.abilities.joint):
        raise InputError(f"{encoder.spec} does not place pictures and words in one space: choose another model.")
    scenes = [scene for one in made for scene in (one.reference, *one.gallery)]
    rows = cached(name, encoder, lambda: encode_scenes(encoder, scenes, progress, f"Pictures of “{made[0].task}”"))
    blocks = rows.reshape(len(made), GALLERY + 1, -1)
    conditions = [one.condition for one in made]
    raw = cached(f"{name}-raw", encoder, lambda: encoder.raw_images([render(one.reference, SIDE) for one in made]))
    return Prepared(
        templates=made,
        references=blocks[:, 0],
        conditions=encoder.encode_texts(conditions),
        galleries=blocks[:, 1:],
        targets=np.array([one.target for one in made]),
        raw_references=raw,
        raw_conditions=encoder.raw_texts(conditions),
    )


class Meanings:
    """What a template's condition means to methods that compare by an aspect: the words of all of its values."""

    def __init__(self, encoder: Encoder, centre: Floats) -> None:
        self.centre = centre
        self.values: dict[str, Floats] = {}
        self.names: dict[str, list[str | int]] = {}
        for name, prompts in attribute_prompts().items():
            rows = [encoder.encode_texts(texts).mean(0) for texts in prompts.values()]
            self.values[name] = np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)
            self.names[name] = list(prompts)

    def ask(self, prepared: Prepared, number: int, head: Head | None) -> Ask:
        """The question of a template; an object is asked for by the words of all shapes."""
        template = prepared.templates[number]
        aspect = "shape" if template.task.endswith("object") else template.aspect
        wish = -1
        if not template.focus:
            wish = self.names[aspect].index(getattr(template.gallery[template.target], aspect))
        return Ask(
            reference=prepared.references[number],
            condition=prepared.conditions[number],
            raw_reference=prepared.raw_references[number],
            raw_condition=prepared.raw_conditions[number],
            values=self.values[aspect],
            centre=self.centre,
            change=not template.focus,
            wish=wish,
            head=head,
        )


def method_ranks(
    prepared: Prepared, lens_of: Callable[[Ask], Lens], meaning: Meanings, head: Head | None
) -> Places | None:
    """Places of the m targets under one method; None when it cannot answer a template."""
    similar = np.empty(prepared.galleries.shape[:2], dtype=np.float32)
    for number, gallery in enumerate(prepared.galleries):
        try:
            lens = lens_of(meaning.ask(prepared, number, head))
        except ExplorerError:
            return None
        seen = gallery if lens.transform is None else lens.transform(gallery)
        similar[number] = seen @ lens.query
        if lens.beside is not None:
            similar[number] = (similar[number] + gallery @ lens.beside) / 2
    return places_of_targets(similar, prepared.targets)


def can_be_asked(method: Method, head: Head | None) -> bool:
    """Whether a method can answer from an item, words and the words of an aspect's values, with the Combiner `head`."""
    return not set(method.needs) & {"column", "aspect"} and ("combiner" not in method.needs or head is not None)


def evaluate_scenes_tasks(
    encoder: Encoder, head: Head | None, count: int, progress: Progress, seed: int = 0
) -> dict[str, Any]:
    """R@1, 2 and 3 of every method on the four tasks, with intervals, and whether the Combiner reaches its aim.

    head: a Combiner; None for the training-free methods alone. count: templates a task.
    """
    if head is not None:
        head.check_encoder(encoder)
    rng = np.random.default_rng(11)
    some = [sample(rng, split="train") for _ in range(CENTRE)]
    centre = cached(f"centre-{CENTRE}", encoder, lambda: encode_scenes(encoder, some, progress, "Mean scene")).mean(0)
    meaning = Meanings(encoder, centre)
    places: dict[str, Ranks] = {name: {} for name, method in METHODS.items() if can_be_asked(method, head)}
    for task in TASKS:
        made = templates(task, count, seed)
        prepared = prepare_task(encoder, made, f"genecis-{slug(task)}-{count}-{seed}", progress)
        for name, found in places.items():
            found[task] = method_ranks(prepared, METHODS[name].lens, meaning, head)
    return report_of(encoder, places, count)


def combiner_for(spec: str, name: str) -> Head | None:
    """The named head, else the first Combiner of the encoder, else None."""
    found = list_heads("combiner", spec)
    return read_head(name or found[0]) if name or found else None


def write_templates(folder: Path, count: int, seed: int) -> list[Path]:
    """Write the templates as JSON in the form of GeneCIS's files, one file a task."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for task in TASKS:
        path = folder / f"{task.replace(' ', '_')}.json"
        path.write_text(json.dumps([one.as_dict() for one in templates(task, count, seed)]), encoding="utf-8")
        paths.append(path)
    return paths


def run_eval(model: str, head: str, count: int, *, result: Path | None, write: Path | None, progress: Progress) -> str:
    """Measure, and write the report to `result`; the table. `write` takes the questions as JSON."""
    if write is not None:
        write_templates(write, count, 0)
    encoder = load_encoder(canonical(model))
    report = evaluate_scenes_tasks(encoder, combiner_for(encoder.spec, head), count, progress)
    if result is not None:
        write_json(result, report)
    return format_tasks(report)
