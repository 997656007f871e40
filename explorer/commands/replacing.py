"""What the commands on stitching and replacing a model print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.common import open_target, progress_of

if TYPE_CHECKING:
    from explorer.features.replacing.compatibility.matrix import Compatibility
    from explorer.features.replacing.stitching.bench import Cell

HEAD = f"{'from':<10}{'into':<10}{'by':<8}{'accuracy':>9}{'distance':>10}{'out':>7}{'CKA':>7}{'PWCCA':>7}{'Procr.':>8}"


def run_stitch(
    target: str,
    a: str,
    b: str,
    *,
    labels: str,
    task: str,
    layers: tuple[Sequence[str], Sequence[str]],
    methods: Sequence[str] | None,
    items: int,
    job: Path | None,
) -> str:
    """Stitch models of a workspace; the result is kept for the page."""
    from explorer.features.replacing.service import Stitching, stitch_models

    cells = stitch_models(
        open_target(target),
        Stitching(a, b, labels, task),
        sources=layers[0],
        targets=layers[1],
        methods=methods or (),
        items=items,
        progress=progress_of(job),
    )
    return cell_table(cells)


def run_digits(first: int, second: int, target: str, job: Path | None, *, ship: bool) -> str:
    """All stitches into one layer of a network on digits; kept for the page. ship: and for those who install this."""
    from explorer.features.replacing.service import DigitsStitching, stitch_digits
    from explorer.features.replacing.stitching.store import ship_digits_cells

    what = DigitsStitching(first, second, target)
    cells = stitch_digits(what, progress_of(job))
    if ship:
        ship_digits_cells(what, cells)
    return cell_table(cells)


def cell_table(cells: Sequence["Cell"]) -> str:
    """Cells as text, with what the numbers are."""
    outs = [f"{c.out:.1%}" if c.tells else "–" for c in cells]
    rows = [
        f"{c.source:<10}{c.target:<10}{c.method:<8}{c.accuracy:>9.1%}{c.distance:>10.4g}{out:>7}{c.cka:>7.3f}"
        f"{c.pwcca:>7.3f}{c.procrustes:>8.3f}"
        for c, out in zip(cells, outs, strict=True)
    ]
    last = cells[0]
    note = (
        f"{last.items:,} held-out items; whole network {last.whole:.1%}, commonest class {last.chance:.1%}. "
        + (f"out: called foreign (genuine ones: {last.genuine_out:.1%}). " if last.tells else "")
        + f"{last.detector} CKA, PWCCA and Procrustes: of the layers, unstitched."
    )
    return "\n".join([HEAD, *rows, note])


def run_bridge(target: str, new: str, old: str, *, labels: str, anchors: int, job: Path | None) -> str:
    """The bridge's numbers; it is kept for the page."""
    from explorer.features.replacing.service import Bridging, fit_and_keep_bridge

    what = Bridging(new=new, old=old, column=labels, anchors=anchors)
    report = fit_and_keep_bridge(open_target(target), what, progress_of(job))
    lines = [f"{'':<12}{'image cos':>10}{'text cos':>10}{'image':>8}{'text':>8}{'A on B':>8}{'B on A':>8}"]
    for way, m in report.ways.items():
        lines.append(
            f"{way:<12}{m.image_cosine:>10.3f}{m.text_cosine:>10.3f}{m.image_top1:>8.1%}{m.text_top1:>8.1%}"
            f"{m.zero_shot:>8.1%}{m.zero_shot_texts:>8.1%}"
        )
    lines.append(
        f"{report.anchors:,} anchors, tested on {report.tested:,} other images and {report.texts} texts. Zero-shot "
        f"alone: new {report.zero_shot_a:.1%}, old {report.zero_shot_b:.1%}, commonest class {report.chance:.1%}."
    )
    if not report.unique:
        lines.append("So few anchors do not fix the turn: others fit them as well. Compare scores, not the map.")
    return "\n".join(lines)


def run_second_model(target: str, model: str, name: str, *, labels: str, seed: int, job: Path | None) -> str:
    """Train, then embed the workspace with it."""
    from explorer.features.replacing.service import make_second_model
    from explorer.workspace.preparing import prepare

    opened, progress = open_target(target), progress_of(job)
    spec = make_second_model(opened, model, name, labels, seed=seed, progress=progress)
    return f"{spec} is made. {prepare(opened.workspace, spec, method='pca', progress=progress)}"


def run_compatibility(
    target: str, labels: str, models: Sequence[str], *, versions: int, seed: int, items: int, job: Path | None
) -> str:
    """The matrix of several models, or of versions of heads on one model's vectors; kept for the page."""
    from explorer.features.replacing.contract import METHODS
    from explorer.features.replacing.service import Asking, Upgrading, compare_and_keep_models, upgrade_and_keep_heads

    opened = open_target(target)
    if len(models) > 1:
        found = compare_and_keep_models(opened, Asking(column=labels, specs=tuple(models), items=items))
        return matrix_text(found.matrix, models)
    what = Upgrading(column=labels, spec=models[0], versions=versions, seed=seed, items=items)
    made = upgrade_and_keep_heads(opened, what, progress_of(job))
    names = [f"{seen} classes" for seen in made.classes_seen]
    return "\n".join(f"{METHODS[way].brief}\n{matrix_text(one, names)}" for way, one in made.ways.items())


def matrix_text(found: "Compatibility", names: Sequence[str]) -> str:
    """A compatibility matrix with AC and AA."""
    rows = [
        f"{name[:24]:<26}" + "".join(f"{v:>8.1%}" for v in row) for name, row in zip(names, found.matrix, strict=True)
    ]
    return "\n".join([*rows, f"AC {found.ac:.3f}  AA {found.aa:.2f}  (rows: query by, columns: gallery made by)"])


def run_merge(
    target: str, labels: str, model: str, *, hidden: int, seeds: tuple[int, int], items: int, job: Path | None
) -> str:
    """Barrier, accuracy and alignment by every method; kept for the page."""
    from explorer.features.replacing.contract import METHODS
    from explorer.features.replacing.service import Merging, merge_and_keep_seeds

    what = Merging(column=labels, spec=model, hidden=hidden, first=seeds[0], second=seeds[1], items=items)
    found = merge_and_keep_seeds(open_target(target), what, progress_of(job))
    lines = [f"{'':<16}{'barrier':>9}{'A':>8}{'halfway':>9}{'B':>8}{'distance':>10}{'R(0)':>7}{'R(0.5)':>8}"]
    leading = found.thresholds.index(0.5)
    for name, way in found.ways.items():
        a, half, b = way.between.accuracies[[0, len(way.between.shares) // 2, -1]]
        lines.append(
            f"{METHODS[name].brief:<16}{way.between.barrier:>9.3f}{a:>8.1%}{half:>9.1%}{b:>8.1%}{way.distance:>10.2f}"
            f"{way.aligned[0]:>7.2f}{way.aligned[leading]:>8.2f}"
        )
    return "\n".join([*lines, f"Held-out items: {found.tested:,}; always the commonest class {found.chance:.1%}."])
