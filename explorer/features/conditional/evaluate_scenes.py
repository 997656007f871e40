"""The four tasks of GeneCIS on drawn scenes, for any encoder: `explorer eval scenes-genecis`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import ExplorerError, InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress
from explorer.base.settings import home
from explorer.encoders.base import Encoder
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.method import Ask, Lens
from explorer.features.conditional.scene_tasks import GALLERY, TASKS, Template, templates
from explorer.heads.head import Head, list_heads, read_head
from explorer.scenes import Scene, attribute_prompts, render, sample
from explorer.workspace.folder import slug

RANKS = (1, 2, 3)
REACH, TIMES = 0.60, 1.5
SIDE, _BLOCK, CENTRE = 128, 64, 500
TRAINED = ("combiner",)
CHANCE, BEST, SAME = "chance", "best training-free", "best training-free from the same words"


@dataclass(frozen=True)
class Prepared:
    """Templates of one task with their vectors: (m, d) references and conditions, (m, 15, d) galleries.

    raw_references, raw_conditions: (m, d) as the model gives them, before they are scaled to length 1.
    """

    templates: list[Template]
    references: Floats
    conditions: Floats
    galleries: Floats
    targets: NDArray[np.int64]
    raw_references: Floats
    raw_conditions: Floats


def encode_scenes(encoder: Encoder, scenes: Sequence[Scene], progress: Progress, what: str) -> Floats:
    """(n, d) unit rows of the scenes, drawn and encoded on two cores."""
    parts = [scenes[start : start + _BLOCK] for start in range(0, len(scenes), _BLOCK)]
    progress.start(what, len(scenes))
    found: list[Floats] = []
    with ThreadPoolExecutor(2) as pool:
        for rows in pool.map(lambda part: encoder.encode_images([render(scene, SIDE) for scene in part]), parts):
            found.append(rows)
            progress.advance(min(len(found) * _BLOCK, len(scenes)))
    progress.finish()
    return np.concatenate(found)


def cached(name: str, encoder: Encoder, make: Callable[[], Floats]) -> Floats:
    """What `make` gives, kept on disk for this encoder with these weights."""
    path = home() / "cache" / "scenes" / f"{name}-{slug(encoder.spec)}-{encoder.fingerprint[:16]}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make()
        temporary = path.with_name(f".{path.name}")
        with temporary.open("wb") as file:
            np.save(file, made.astype(np.float16))
        temporary.replace(path)
    rows: Floats = np.load(path, allow_pickle=False).astype(np.float32)
    return rows


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
        made,
        blocks[:, 0],
        encoder.encode_texts(conditions),
        blocks[:, 1:],
        np.array([one.target for one in made]),
        raw,
        encoder.raw_texts(conditions),
    )


def ranks_of_targets(similarities: NDArray[Any], targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) place of each target, from 1, among its (m, g) similarities; what ties with it stands before it."""
    own = similarities[np.arange(len(targets)), targets]
    found: NDArray[np.int64] = (similarities >= own[:, None]).sum(1)
    return found


def method_ranks(prepared: Prepared, lens_of: Callable[[Ask], Lens], meaning: "Meanings", head: Head | None) -> Any:
    """(m,) places of the targets under one method; None when it cannot answer a template."""
    similar = np.empty(prepared.galleries.shape[:2], dtype=np.float32)
    for number, template in enumerate(prepared.templates):
        ask = meaning.ask(prepared, number, head)
        try:
            lens = lens_of(ask)
        except ExplorerError:
            return None
        gallery = prepared.galleries[number]
        seen = gallery if lens.transform is None else lens.transform(gallery)
        similar[number] = seen @ lens.query
        if lens.beside is not None:
            similar[number] = (similar[number] + gallery @ lens.beside) / 2
        assert template.target == prepared.targets[number]
    return ranks_of_targets(similar, prepared.targets)


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
            prepared.references[number],
            prepared.conditions[number],
            prepared.raw_references[number],
            prepared.raw_conditions[number],
            self.values[aspect],
            centre=self.centre,
            change=not template.focus,
            wish=wish,
            head=head,
        )


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
    ranks: dict[str, dict[str, Any]] = {}
    for task in TASKS:
        made = templates(task, count, seed)
        prepared = prepare_task(encoder, made, f"genecis-{slug(task)}-{count}-{seed}", progress)
        for name, method in METHODS.items():
            if not set(method.needs) & {"column", "aspect"} and not ("combiner" in method.needs and head is None):
                ranks.setdefault(name, {})[task] = method_ranks(prepared, method.lens, meaning, head)
    return _report(encoder, ranks, count)


def _report(encoder: Encoder, ranks: dict[str, dict[str, Any]], count: int) -> dict[str, Any]:
    table: dict[str, Any] = {CHANCE: {task: {f"R@{r}": r / GALLERY for r in RANKS} for task in (*TASKS, "average")}}
    for name, by_task in ranks.items():
        if any(found is None for found in by_task.values()):
            continue
        row: dict[str, Any] = {
            task: {f"R@{r}": mean_score(by_task[task] <= r).as_dict() for r in RANKS} for task in TASKS
        }
        row["average"] = {f"R@{r}": _average([by_task[task] <= r for task in TASKS]).as_dict() for r in RANKS}
        table[name] = row
    free = [name for name in table if name not in (CHANCE, *TRAINED)]
    best = max(free, key=lambda name: table[name]["average"]["R@1"]["value"])
    report: dict[str, Any] = {
        "encoder": encoder.spec,
        "weights": encoder.fingerprint,
        "templates": count,
        "table": table,
        BEST: best,
    }
    # Methods that need "values" are told more than item and words: the aspect, all of its values, and the wish.
    report[SAME] = max(
        (name for name in free if "values" not in METHODS[name].needs),
        key=lambda name: table[name]["average"]["R@1"]["value"],
    )
    if "combiner" in table:
        own, other = (table[name]["average"]["R@1"]["value"] for name in ("combiner", best))
        times = round(own / max(other, 1e-9), 3)
        report["reach"] = {"combiner R@1": REACH, "times the best training-free": TIMES}
        report["reached"] = {"combiner R@1": own >= REACH, "times the best training-free": times >= TIMES}
        report["times"] = times
        report["times from the same words"] = round(own / table[report[SAME]]["average"]["R@1"]["value"], 3)
    return report


def _average(hits: list[NDArray[np.bool_]]) -> Score:
    """Mean over tasks of equal size; the bootstrap resamples templates within each task."""
    rng = np.random.default_rng(0)
    rows = np.stack(hits).astype(np.float64)
    count = rows.shape[1]
    means = [np.mean([row[rng.integers(0, count, count)].mean() for row in rows]) for _ in range(1000)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Score(float(rows.mean()), float(low), float(high), rows.size)


def format_tasks(report: dict[str, Any]) -> str:
    """The table as Markdown: R@1 a task with its 95 % interval, R@1 to 3 on average."""
    lines = ["| Method | " + " | ".join(TASKS) + " | average R@1 | R@2 | R@3 |\n|" + "---|" * (len(TASKS) + 4)]
    for name, row in report["table"].items():
        label = METHODS[name].label if name in METHODS else name
        cells = [_cell(row[task]["R@1"]) for task in TASKS] + [_cell(row["average"][f"R@{r}"]) for r in RANKS]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    tail = f"\n\n{report['templates']:,} templates a task, 14 distractors and 1 target each; brackets: 95 % bootstrap."
    if "reach" in report:
        tail += (
            f"\nCombiner: {report['table']['combiner']['average']['R@1']['value']:.3f} (aim {REACH:.2f}), "
            f"{report['times']:.2f} times the best training-free method, {METHODS[report[BEST]].label} (aim {TIMES}), "
            f"which is told the aspect and all of its values; {report['times from the same words']:.2f} times "
            f"the best one that is given item and words alone, as the Combiner is, {METHODS[report[SAME]].label}."
        )
    return "\n".join(lines) + tail


def _cell(value: Any) -> str:
    return (
        f"{value:.3f}"
        if not isinstance(value, dict)
        else (f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})")
    )


def combiner_for(spec: str, name: str) -> Head | None:
    """The named head, else the first Combiner of the encoder, else None."""
    found = list_heads("combiner", spec)
    return read_head(name or found[0]) if name or found else None


def write_templates(folder: Path, count: int, seed: int) -> list[Path]:
    """Write the templates as JSON in the form of GeneCIS's files, one file a task."""
    import json

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for task in TASKS:
        path = folder / f"{task.replace(' ', '_')}.json"
        path.write_text(json.dumps([one.as_dict() for one in templates(task, count, seed)]), encoding="utf-8")
        paths.append(path)
    return paths
