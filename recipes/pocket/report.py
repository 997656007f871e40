"""`explorer eval pocket`: all rows and columns of the table, how fast pocket is, and how it prints."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.errors import InputError
from explorer.base.metrics import score_text
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.pocket import PocketEncoder, PocketFiles, load_tower
from explorer.encoders.pocket_tower import SIDE, build_tower, pixels
from recipes.photos import read_photos
from recipes.pocket.evaluate import (
    REACH,
    Table,
    encode_photos,
    evaluate_photos,
    evaluate_scene_histogram,
    evaluate_scenes,
    teacher_rows,
)
from recipes.pocket.labelled import Columns, evaluate_labelled, read_labelled
from recipes.pocket.teacher import Teacher

if TYPE_CHECKING:
    import torch

COLUMNS = ("pocket", "chance", "histogram", "random weights", "teacher", "ConSE")


def random_pocket(files: PocketFiles) -> PocketEncoder:
    """Pocket before any training: the baseline that shows what the architecture alone gives."""
    import torch

    torch.manual_seed(0)
    return PocketEncoder(files, build_tower().eval())


def evaluate_pocket(
    files: PocketFiles,
    photo_folder: Path | None,
    teacher_folder: Path | None,
    progress: Progress,
    kept_back: Sequence[Path] = (),
) -> dict[str, Any]:
    """The table as plain values: scenes always, photos and the teacher's columns where their folders are given.

    kept_back: folders with a folder of pictures for each kind; their rows begin with the folder's name.
    """
    pocket, table = PocketEncoder(files), Table()
    labelled = [read_labelled(folder) for folder in kept_back]
    teacher = None if teacher_folder is None else Teacher(teacher_folder)
    evaluate_scenes(pocket, "pocket", table, progress)
    evaluate_scene_histogram(table, progress)
    if photo_folder is not None:
        _photos(pocket, files, photo_folder, teacher, table=table, progress=progress)
    for folder, one in zip(kept_back, labelled, strict=True):
        columns = Columns(before=f"{folder.resolve().name}: ")
        evaluate_labelled(pocket, one, table, progress, teacher=teacher, columns=columns)
    return {"weights": pocket.fingerprint, "table": table.as_dict(), "reach": REACH, "images_a_second": speed(pocket)}


def _photos(
    pocket: PocketEncoder,
    files: PocketFiles,
    folder: Path,
    teacher: Teacher | None,
    *,
    table: Table,
    progress: Progress,
) -> None:
    photos = read_photos(folder)
    evaluate_photos(encode_photos(pocket, photos, progress, "pocket"), "pocket", photos, table, pocket)
    for encoder, column in ((HistogramEncoder(), "histogram"), (random_pocket(files), "random weights")):
        evaluate_photos(encode_photos(encoder, photos, progress, column), column, photos, table, None)
    if teacher is None:
        return
    features = teacher.stored_features(len(photos))
    if features is not None:
        own, conse = teacher_rows(features, teacher, pocket)
        evaluate_photos(own, "teacher", photos, table, None)
        evaluate_photos(conse, "ConSE", photos, table, pocket)


def measure_photos(encoder: Encoder, folder: Path, teacher_folder: Path | None, progress: Progress) -> dict[str, Any]:
    """What a model sees in a folder of pictures for each kind, as plain values; `unread` names what it could not read.

    InputError with fewer than two kinds, or for a teacher where the model knows no words.
    """
    if teacher_folder is not None and not encoder.abilities.joint:
        raise InputError(f"{encoder.spec} has no words for pictures: there is nothing to compare the teacher's with.")
    teacher = None if teacher_folder is None else Teacher(teacher_folder)
    table, labelled = Table(), read_labelled(folder)
    unread = evaluate_labelled(
        encoder, labelled, table, progress, teacher=teacher, columns=Columns(encoder=encoder.spec)
    )
    return {
        "model": encoder.spec,
        "weights": encoder.fingerprint,
        "kinds": len(labelled.names),
        "pictures": len(labelled.files) - len(unread),
        "unread": unread,
        "table": table.as_dict(),
    }


def format_photos(measured: dict[str, Any]) -> str:
    """The same as Markdown, value and 95 % interval a cell."""
    lines = table_lines(measured["table"], {}, (measured["model"], "chance", "histogram"))
    return f"{measured['pictures']:,} pictures of {measured['kinds']:,} kinds\n\n" + "\n".join(lines)


def speed(pocket: PocketEncoder, batch: int = 64, rounds: int = 7) -> dict[str, float]:
    """Images a second of the tower alone at batch 64 on all cores, median of `rounds`, float32 and bfloat16."""
    import torch

    x = pixels(np.random.default_rng(0).integers(0, 255, (batch, SIDE, SIDE, 3), dtype=np.uint8))
    found = {}
    for name in ("float32", "bfloat16"):
        kind = getattr(torch, name)
        tower = load_tower(pocket.files).to(kind)
        found[name] = round(batch / float(np.median([_seconds(tower, x.to(kind)) for _ in range(rounds)])), 1)
    return found


def _seconds(tower: "torch.nn.Module", x: "torch.Tensor") -> float:
    import torch

    started = time.perf_counter()
    with torch.inference_mode():
        tower(x)
    return time.perf_counter() - started


def format_report(report: dict[str, Any]) -> str:
    """The table as Markdown: value and 95 % interval a cell, what was to be reached, and whether it was."""
    lines = table_lines(report["table"], report["reach"], COLUMNS)
    speeds = ", ".join(f"{name} {value:.0f}" for name, value in report["images_a_second"].items())
    return "\n".join(lines) + f"\n\nImages a second, batch 64, all cores: {speeds}."


def table_lines(table: dict[str, Any], reach: dict[str, float], columns: Sequence[str]) -> list[str]:
    """A table of scores by row and column as lines of Markdown; without any reach that column is left out."""
    middle = ["Reach"] if reach else []
    lines = ["| " + " | ".join(["What", *middle, *columns]) + " |", "|" + "---|" * (1 + len(middle) + len(columns))]
    for row, cells in table.items():
        wanted = [str(reach.get(row, ""))] if reach else []
        lines.append("| " + " | ".join([row, *wanted, *(_cell(cells.get(column)) for column in columns)]) + " |")
    return lines


def _cell(value: dict[str, float] | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return score_text(value)
    return f"{value:.3f}"
