"""What the commands on stitching and replacing a model print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.common import open_workspace, progress_of

if TYPE_CHECKING:
    from explorer.features.replacing.compatibility import Compatibility
    from explorer.features.replacing.stitching_lab import Cell

HEAD = f"{'from':<10}{'into':<10}{'by':<8}{'accuracy':>9}{'distance':>10}{'out':>7}{'CKA':>7}{'PWCCA':>7}{'Procr.':>8}"


def run_stitch(
    target: str,
    a: str,
    b: str,
    labels: str,
    task: str,
    layers: tuple[Sequence[str], Sequence[str]],
    methods: Sequence[str] | None,
    items: int,
    job: Path | None,
) -> str:
    """Stitch models of a workspace; the result is kept for the page."""
    from explorer.encoders import load_encoder
    from explorer.features.replacing.stitching_lab import METHODS
    from explorer.features.replacing.stitching_models import stitch_models

    first = load_encoder(a)
    second = first if b == a else load_encoder(b)
    ws = open_workspace(target)
    cells = stitch_models(ws, first, second, labels, task, layers, methods or METHODS, items, progress_of(job))
    return cell_table(cells)


def run_digits(seed: int, target: str) -> str:
    """All stitches into one layer of a network on digits."""
    from explorer.base.progress import Terminal
    from explorer.features.replacing import digits_cnn
    from explorer.features.replacing.stitching_lab import METHODS, Bench, Task, run_cells

    digits, net = digits_cnn.load_digits(), digits_cnn.load(seed)
    task = Task(digits.images, digits.labels, tuple("0123456789"), digits.train, digits.test)
    wanted = [(source, target, method) for method in METHODS for source in net.layers]
    return cell_table(run_cells(Bench(net, net, task), wanted, Terminal()))


def cell_table(cells: Sequence["Cell"]) -> str:
    """Cells as text, with what the numbers are."""
    rows = [
        f"{c.source:<10}{c.target:<10}{c.method:<8}{c.accuracy:>9.1%}{c.distance:>10.4g}{c.out:>7.1%}{c.cka:>7.3f}"
        f"{c.pwcca:>7.3f}{c.procrustes:>8.3f}"
        for c in cells
    ]
    last = cells[0]
    note = (
        f"{last.items:,} held-out items; whole network {last.whole:.1%}, commonest class {last.chance:.1%}. out: "
        "called out "
        f"of distribution (genuine ones: {last.genuine_out:.1%}). CKA, PWCCA and Procrustes: of the layers, unstitched."
    )
    return "\n".join([HEAD, *rows, note])


def run_bridge(target: str, new: str, old: str, labels: str, anchors: int) -> str:
    """The bridge's numbers."""
    from explorer.encoders import load_encoder
    from explorer.features.replacing.bridging import both_sides, measure_bridge, reference_texts

    ws = open_workspace(target)
    texts, numbers = reference_texts(ws, labels)
    report = measure_bridge(both_sides(ws, load_encoder(new), load_encoder(old), texts, numbers), anchors)
    lines = [f"{'':<12}{'image cos':>10}{'text cos':>10}{'image':>8}{'text':>8}{'A on B':>8}{'B on A':>8}"]
    for way, m in report.ways.items():
        lines.append(
            f"{way:<12}{m.image_cosine:>10.3f}{m.text_cosine:>10.3f}{m.image_top1:>8.1%}{m.text_top1:>8.1%}"
            f"{m.zero_shot:>8.1%}{m.zero_shot_texts:>8.1%}"
        )
    lines.append(
        f"{report.anchors:,} anchors, tested on {report.tested:,} other images and {report.texts} texts. Zero-shot "
        "alone: new "
        f"{report.zero_shot_a:.1%}, old {report.zero_shot_b:.1%}, commonest class {report.chance:.1%}."
    )
    if not report.unique:
        lines.append("So few anchors do not fix the turn: others fit them as well. Compare scores, not the map.")
    return "\n".join(lines)


def run_second_model(target: str, model: str, name: str, labels: str, seed: int, job: Path | None) -> str:
    """Train, then embed the workspace with it."""
    from explorer.encoders import load_encoder
    from explorer.features.replacing.second_model import SecondModel, train_second_model
    from explorer.workspace.preparing import prepare

    ws, progress = open_workspace(target), progress_of(job)
    spec = train_second_model(ws, load_encoder(model), name, labels, SecondModel(seed=seed), progress)
    return f"{spec} is made. {prepare(ws, spec, method='pca', progress=progress)}"


def run_compatibility(target: str, labels: str, models: Sequence[str], versions: int, seed: int) -> str:
    """The matrix of several models, or of versions of two heads on one model's vectors."""
    from explorer.base.progress import Terminal
    from explorer.features.replacing.compatibility import compatibility_matrix
    from explorer.features.replacing.labelled import common_rows, labelled
    from explorer.features.replacing.train_compatible import CompatSettings, train_upgrades

    ws = open_workspace(target)
    found, vectors = common_rows(ws, labelled(ws, labels), *models)
    train, test = found.train, found.test
    if len(models) > 1:
        sides = [[one[rows] for one in vectors] for rows in (train, test)]
        return matrix_text(
            compatibility_matrix(sides[0], sides[1], found.labels[train], found.labels[test]), list(models)
        )
    settings = CompatSettings(versions=versions, corners=max(128, len(found.classes)), seed=seed)
    made = train_upgrades(vectors[0], found.labels, len(found.classes), train, test, settings, Terminal())
    names = [f"{seen} classes" for seen in made.classes_seen]
    parts = [
        "plain",
        matrix_text(made.plain, names),
        "fixed simplex classifier and HOC loss",
        matrix_text(made.simplex, names),
    ]
    return "\n".join(parts)


def matrix_text(found: "Compatibility", names: Sequence[str]) -> str:
    """A compatibility matrix with AC and AA."""
    rows = [
        f"{name[:24]:<26}" + "".join(f"{v:>8.1%}" for v in row) for name, row in zip(names, found.matrix, strict=True)
    ]
    return "\n".join([*rows, f"AC {found.ac:.3f}  AA {found.aa:.2f}  (rows: query by, columns: gallery made by)"])


def run_merge(target: str, labels: str, model: str, hidden: int, seeds: tuple[int, int]) -> str:
    """Barrier, accuracy and alignment before and after matching."""
    from explorer.base.progress import Terminal
    from explorer.features.replacing.labelled import common_rows, labelled
    from explorer.features.replacing.merging import MlpSettings, merge_from_seeds

    ws = open_workspace(target)
    found, (x,) = common_rows(ws, labelled(ws, labels), model)
    settings, classes = MlpSettings((hidden, hidden)), len(found.classes)
    m = merge_from_seeds(x, found.labels, classes, found.train, found.test, seeds, settings, Terminal())
    lines = [f"{'':<16}{'barrier':>9}{'A':>8}{'halfway':>9}{'B':>8}{'distance':>10}{'R(0)':>7}{'R(0.5)':>8}"]
    place = m.thresholds.index(0.5)
    for name, line, length, r in zip(
        ("as trained", "units matched"), (m.before, m.after), m.distances, m.aligned, strict=True
    ):
        a, half, b = line.accuracies[[0, len(line.shares) // 2, -1]]
        lines.append(
            f"{name:<16}{line.barrier:>9.3f}{a:>8.1%}{half:>9.1%}{b:>8.1%}{length:>10.2f}{r[0]:>7.2f}{r[place]:>8.2f}"
        )
    return "\n".join([*lines, f"Held-out items: {len(found.test):,}; always the commonest class {m.chance:.1%}."])
