"""`explorer eval pocket`: all rows and columns of the table, how fast pocket is, and how it prints."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.metrics import score_text
from explorer.base.progress import Progress
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
    files: PocketFiles, photo_folder: Path | None, teacher_folder: Path | None, progress: Progress
) -> dict[str, Any]:
    """The table as plain values: scenes always, photos and the teacher's columns where their folders are given."""
    pocket, table = PocketEncoder(files), Table()
    evaluate_scenes(pocket, "pocket", table, progress)
    evaluate_scene_histogram(table, progress)
    if photo_folder is not None:
        _photos(pocket, files, photo_folder, teacher_folder, table=table, progress=progress)
    return {"weights": pocket.fingerprint, "table": table.as_dict(), "reach": REACH, "images_a_second": speed(pocket)}


def _photos(
    pocket: PocketEncoder,
    files: PocketFiles,
    folder: Path,
    teacher_folder: Path | None,
    *,
    table: Table,
    progress: Progress,
) -> None:
    photos = read_photos(folder)
    evaluate_photos(encode_photos(pocket, photos, progress, "pocket"), "pocket", photos, table, pocket)
    for encoder, column in ((HistogramEncoder(), "histogram"), (random_pocket(files), "random weights")):
        evaluate_photos(encode_photos(encoder, photos, progress, column), column, photos, table, None)
    if teacher_folder is None:
        return
    teacher = Teacher(teacher_folder)
    features = teacher.stored_features(len(photos))
    if features is not None:
        own, conse = teacher_rows(features, teacher, pocket)
        evaluate_photos(own, "teacher", photos, table, None)
        evaluate_photos(conse, "ConSE", photos, table, pocket)


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
