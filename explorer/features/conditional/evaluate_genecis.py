"""Run GeneCIS on a model from its template files and the user's own folders of COCO and Visual Genome pictures."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress
from explorer.encoders import Encoder
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.genecis import (
    KS,
    TASKS,
    Picture,
    Template,
    crop_box,
    parse_templates,
    places_of_targets,
    recalls,
)
from explorer.features.conditional.method import Ask
from explorer.heads.head import list_heads, read_head
from explorer.io.images import read_image

BASELINES = tuple(name for name, method in METHODS.items() if not method.baseline)
BATCH = 64


@dataclass(frozen=True)
class Folders:
    """Where the user's own pictures lie: COCO's val2017, and Visual Genome's; None when there are none."""

    coco: Path | None
    vg: Path | None


@dataclass(frozen=True)
class TaskResult:
    """Of one task: templates, size of the galleries, and by method R@k as (value, low, high). twice: templates in which
    the target is among the distractors too; there it is not counted against itself.
    """

    task: str
    templates: int
    gallery: int
    recalls: dict[str, dict[int, tuple[float, float, float]]]
    twice: int = 0


def read_task(path: Path) -> list[Template]:
    """The templates of one file; InputError when it is no JSON or not of the official form."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name}: expected a JSON file of templates ({error}).") from error
    return parse_templates(values, path.name)


def evaluate(
    encoder: Encoder, templates: Path, folders: Folders, progress: Progress, combiner: str = ""
) -> list[TaskResult]:
    """R@1, 2, 3 of the official baselines, and of the Combiner where one is trained, for each task file there is.

    Raises InputError when no template file or a picture is missing, ModelError when the model does not put words and
    pictures into one space.
    """
    if not encoder.abilities.joint:
        raise ModelError(f"GeneCIS asks with a picture and words: {encoder.spec} does not put both into one space.")
    paths = [path for task in TASKS if (path := templates / f"{task}.json").is_file()]
    if not paths:
        expected = ", ".join(f"{task}.json" for task in TASKS)
        raise InputError(f"{templates} holds none of {expected}: get them from the GeneCIS repository.")
    head = combiner or next(iter(list_heads("combiner", encoder.spec)), "")
    return [_task(path, encoder, folders, progress, head) for path in paths]


def _task(path: Path, encoder: Encoder, folders: Folders, progress: Progress, head: str) -> TaskResult:
    questions = read_task(path)
    pictures = sorted(
        {p for q in questions for p in (q.reference, q.target, *q.distractors)}, key=lambda p: (p.image, p.box or ())
    )
    files = [_file(picture, folders) for picture in pictures]
    _check_there(files, path.name)
    raw = _encode(encoder, pictures, files, progress, path.stem)
    place = {picture: number for number, picture in enumerate(pictures)}
    texts = sorted({question.condition for question in questions})
    words = dict(zip(texts, encoder.raw_texts(texts), strict=True))
    galleries = np.array([[place[p] for p in (q.target, *q.distractors)] for q in questions])
    scores = score(
        raw[[place[q.reference] for q in questions]],
        np.stack([words[q.condition] for q in questions]),
        unit_rows(raw, path.stem),
        galleries,
        changes=path.stem.startswith("change"),
        encoder=encoder,
        head=head,
    )
    first = np.zeros(len(questions), dtype=np.int64)
    found = {name: recalls(places_of_targets(values, first, galleries)) for name, values in scores.items()}
    twice = int((galleries[:, 1:] == galleries[:, :1]).any(axis=1).sum())
    return TaskResult(path.stem, len(questions), galleries.shape[1], found, twice)


def score(
    references: Floats,
    conditions: Floats,
    gallery: Floats,
    rows: Rows,
    *,
    changes: bool,
    encoder: Encoder,
    head: str = "",
) -> dict[str, Floats]:
    """(t, g) scores by method: raw references and conditions (t, d), unit gallery (n, d), rows (t, g) of it."""
    trained = read_head(head) if head else None
    if trained is not None:
        trained.check_encoder(encoder)
    names = [*BASELINES, *(["combiner"] if trained is not None else [])]
    units = unit_rows(references, "references"), unit_rows(conditions, "conditions")
    found = {name: np.empty(rows.shape, dtype=np.float32) for name in names}
    for number, places in enumerate(rows):
        ask = Ask(
            reference=units[0][number],
            condition=units[1][number],
            raw_reference=references[number],
            raw_condition=conditions[number],
            change=changes,
            head=trained,
        )
        for name in names:
            found[name][number] = np.einsum("gd,d->g", gallery[places], METHODS[name].lens(ask).query)
    return found


def _file(picture: Picture, folders: Folders) -> Path:
    if picture.box is None:
        if folders.coco is None:
            raise InputError("These templates ask for COCO pictures: give their folder (val2017) with --coco.")
        return folders.coco / f"{picture.image:012d}.jpg"
    if folders.vg is None:
        raise InputError("These templates ask for Visual Genome pictures: give their folder with --vg.")
    return folders.vg / f"{picture.image}.jpg"


def _check_there(files: list[Path], name: str) -> None:
    missing = sorted({path for path in files if not path.is_file()})
    if missing:
        raise InputError(
            f"{name}: {len(missing):,} of {len(set(files)):,} pictures are missing, the first is {missing[0]}. "
            "COCO: the files of val2017; Visual Genome: the files of VG_100K and VG_100K_2 in one folder."
        )


def _encode(encoder: Encoder, pictures: list[Picture], files: list[Path], progress: Progress, task: str) -> Floats:
    """(n, d) vectors of whole pictures and crops as the model gives them."""
    parts = []
    progress.start(f"pictures of {task}", len(pictures))
    for start in range(0, len(pictures), BATCH):
        batch = zip(pictures[start : start + BATCH], files[start : start + BATCH], strict=True)
        parts.append(encoder.raw_images([load(picture, file) for picture, file in batch]))
        progress.advance(min(start + BATCH, len(pictures)))
    progress.finish()
    return np.concatenate(parts)


def load(picture: Picture, file: Path) -> Image.Image:
    """A whole picture, or a crop with black bars that make it a square."""
    image = read_image(file)
    if picture.box is None:
        return image
    left, top, right, bottom = (round(edge) for edge in crop_box(picture.box, image.size))
    if left >= right or top >= bottom:
        raise InputError(f"{file.name}: the box {picture.box} lies outside the picture of {image.size}.")
    crop = image.crop((left, top, right, bottom))
    side = max(crop.size)
    square = Image.new("RGB", (side, side))
    square.paste(crop, ((side - crop.width) // 2, (side - crop.height) // 2))
    return square


def format_results(results: list[TaskResult], spec: str) -> str:
    """A table a task, the average over tasks below, and what the numbers are."""
    lines = [f"GeneCIS under {spec}: R@k = share of questions whose target is among the first k, in %; 95 % intervals."]
    for result in results:
        lines.append(
            f"\n{result.task}: {result.templates:,} questions, galleries of {result.gallery}; "
            f"chance R@1 {100 / result.gallery:.1f}"
            + (f"; in {result.twice} the target is among the distractors too" if result.twice else "")
        )
        lines += [_line(METHODS[name].label, found) for name, found in result.recalls.items()]
    if len(results) > 1:
        lines.append(f"\nMean R@1 over {len(results)} tasks" + ("" if len(results) == len(TASKS) else " (of 4)"))
        for name in results[0].recalls:
            mean = np.mean([result.recalls[name][1][0] for result in results])
            lines.append(f"  {METHODS[name].label:28} {100 * mean:5.1f}")
    return "\n".join(lines)


def _line(label: str, found: dict[int, tuple[float, float, float]]) -> str:
    parts = (f"R@{k} {100 * found[k][0]:5.1f} ({100 * found[k][1]:.1f} to {100 * found[k][2]:.1f})" for k in KS)
    return f"  {label:28} " + "   ".join(parts)
