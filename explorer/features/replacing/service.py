"""Stitching and replacing models of an opened workspace: what pages, commands and the library call."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.base.arrays import check_choice
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.encoders.pool import POOL
from explorer.features.replacing.bridge.measure import BridgeReport, fit_bridge, measure_bridges
from explorer.features.replacing.bridge.second_model import SecondModel, train_second_model
from explorer.features.replacing.bridge.sides import Sides, both_sides, reference_texts
from explorer.features.replacing.candidates import joint_models, layers_of, stitchable_models
from explorer.features.replacing.compatibility.matrix import Compatibility, compatibility_matrix
from explorer.features.replacing.compatibility.method import CompatSettings
from explorer.features.replacing.compatibility.versions import Upgrades, train_upgrades
from explorer.features.replacing.contract import methods_of
from explorer.features.replacing.labelled import Labelled, common_rows, label_columns, labelled
from explorer.features.replacing.merging.merge import Merge, MlpSettings, merge_from_seeds
from explorer.features.replacing.stitching import digits_cnn
from explorer.features.replacing.stitching.bench import Bench, Cell, Task, run_cells
from explorer.features.replacing.stitching.method import StitchMethod
from explorer.features.replacing.stitching.store import (
    DigitsStitching,
    Stitching,
    keep_cells,
    keep_digits_cells,
    load_cells,
    load_digits_cells,
)
from explorer.features.replacing.stitching.towers import TASKS, EncoderNet, check_images
from explorer.index import Neighbours
from explorer.workspace.opened import Opened

__all__ = [
    "TASKS",
    "DigitsStitching",
    "Stitching",
    "bridge_report",
    "bridge_sides",
    "compare_models",
    "compare_models_kept",
    "joint_models",
    "label_columns",
    "layers_of",
    "make_second_model",
    "load_cells",
    "load_digits_cells",
    "merge_seeds",
    "merge_seeds_kept",
    "search_old_gallery",
    "stitch_digits",
    "stitch_models",
    "stitchable_models",
    "upgrade_heads",
    "upgrade_heads_kept",
]

DRAWN = 4_000
"""Labelled items that the page trains on, at most."""


@remembered(6)
def bridge_sides(opened: Opened, new: str, old: str, column: str) -> Sides:
    """What both models make of the items and of texts: the values of `column`, else captions, else common words."""
    texts, labels = reference_texts(opened, column)
    return both_sides(opened, opened.encoder(new), opened.encoder(old), texts, labels)


@remembered(50)
def bridge_report(opened: Opened, new: str, old: str, column: str, anchors: int) -> BridgeReport:
    """Every bridge from the new model to the old one on so many images, measured on others and on texts."""
    return measure_bridges(bridge_sides(opened, new, old, column), anchors)


def search_old_gallery(
    opened: Opened, new: str, old: str, column: str, *, anchors: int, text: str, k: int, method: str = "orthogonal"
) -> tuple[Neighbours, Neighbours]:
    """The k items of the old model's index that are nearest to a text: asked by the new model over a bridge, and by
    the old one itself. The text is brought over with the texts' own means.
    """
    sides, index = bridge_sides(opened, new, old, column), opened.index(old)
    bridge = fit_bridge(sides, anchors, method)
    bridged = index.query(bridge(POOL.text_vector(new, text)[None], sides.text_means), k)
    return bridged, index.query(POOL.text_vector(old, text)[None], k, kind="text")


def make_second_model(
    opened: Opened, model: str, name: str, column: str = "", *, seed: int = 1, progress: Progress | None = None
) -> str:
    """Train another space on the vectors of an image-text model; returns the new model's spec `tuned:<name>`."""
    settings = SecondModel(seed=seed)
    return train_second_model(opened, opened.encoder(model), name, column, settings=settings, progress=progress)


def stitch_models(
    opened: Opened,
    what: Stitching,
    *,
    sources: Sequence[str],
    targets: Sequence[str],
    methods: Sequence[str] = (),
    items: int = 300,
    progress: Progress | None = None,
) -> list[Cell]:
    """Every source layer of A into every target layer of B by every method (none given: all); kept for the page.

    Raises InputError for labels, layers or methods that are not there.
    """
    known = methods_of(StitchMethod)
    for method in methods:
        check_choice(method, known, "method")
    found = labelled(opened, what.column, items)
    check_images(opened, found)
    a = EncoderNet(opened, opened.encoder(what.a))
    b = a if what.b == what.a else EncoderNet(opened, opened.encoder(what.b))
    for net, wanted in ((a, sources), (b, targets)):
        for layer in wanted:
            check_choice(layer, net.layers, f"layer of {net.name}")
    for net in {a, b}:
        net.classify(found, what.task)
    bench = Bench(a, b, Task(found.rows, found.labels, found.classes, found.train, found.test))
    wanted_cells = [(source, target, m) for target in targets for source in sources for m in methods or known]
    cells = run_cells(bench, wanted_cells, progress or Silent())
    keep_cells(opened, what, cells)
    return cells


def stitch_digits(what: DigitsStitching, progress: Progress | None = None) -> list[Cell]:
    """Every layer of one network on digits into a layer of another, or of itself, by every method; kept for the page.

    Raises InputError for a network or a layer that is not there.
    """
    for seed in (what.first, what.second):
        check_choice(str(seed), map(str, digits_cnn.SEEDS), "network on digits")
    wanted = [(source, what.target, method) for method in methods_of(StitchMethod) for source in digits_cnn.LAYERS]
    cells = run_cells(_digits_bench(what.first, what.second), wanted, progress or Silent())
    keep_digits_cells(what, cells)
    return cells


def _digits_bench(first: int, second: int) -> Bench:
    digits, a = digits_cnn.load_digits(), digits_cnn.load(first)
    task = Task(digits.images, digits.labels, tuple("0123456789"), digits.train, digits.test)
    return Bench(a, a if first == second else digits_cnn.load(second), task)


def compare_models(opened: Opened, column: str, specs: Sequence[str], most: int = 0) -> tuple[Compatibility, Labelled]:
    """Which model of the workspace, old to new, may ask which gallery; and the items it was measured on.

    most: labelled items that are drawn, 0 for all. InputError when the models have vectors of unequal length.
    """
    found, vectors = common_rows(opened, labelled(opened, column, most), *specs)
    galleries, queries = ([one[rows] for one in vectors] for rows in (found.train, found.test))
    labels = found.labels
    return compatibility_matrix(galleries, queries, labels[found.train], labels[found.test]), found


@remembered(20)
def compare_models_kept(opened: Opened, column: str, specs: tuple[str, ...]) -> tuple[Compatibility, Labelled]:
    """As `compare_models`, of as many items as the page draws."""
    return compare_models(opened, column, specs, DRAWN)


def upgrade_heads(
    opened: Opened,
    column: str,
    spec: str,
    settings: CompatSettings,
    *,
    most: int = 0,
    progress: Progress | None = None,
) -> Upgrades:
    """Versions of heads on one model's vectors, trained by every method. most: labelled items, 0 for all.

    The classifier gets more corners where there are more classes than `settings.corners`.
    """
    found, (vectors,) = common_rows(opened, labelled(opened, column, most), spec)
    classes = len(found.classes)
    return train_upgrades(
        vectors,
        found.labels,
        found.train,
        found.test,
        classes=classes,
        settings=replace(settings, corners=max(settings.corners, classes)),
        progress=progress or Silent(),
    )


@remembered(20)
def upgrade_heads_kept(opened: Opened, column: str, spec: str, versions: int) -> Upgrades:
    """As `upgrade_heads`, of as many items as the page draws."""
    return upgrade_heads(opened, column, spec, CompatSettings(versions=versions), most=DRAWN)


def merge_seeds(
    opened: Opened,
    column: str,
    spec: str,
    hidden: int,
    seeds: tuple[int, int],
    *,
    most: int = 0,
    progress: Progress | None = None,
) -> Merge:
    """Two classifiers of one model's vectors, `hidden` units in two layers, merged. most: labelled items, 0 for all."""
    found, (vectors,) = common_rows(opened, labelled(opened, column, most), spec)
    return merge_from_seeds(
        vectors,
        found.labels,
        found.train,
        found.test,
        classes=len(found.classes),
        seeds=seeds,
        settings=MlpSettings((hidden, hidden)),
        progress=progress or Silent(),
    )


@remembered(20)
def merge_seeds_kept(opened: Opened, column: str, spec: str, hidden: int, seeds: tuple[int, int]) -> Merge:
    """As `merge_seeds`, of as many items as the page draws."""
    return merge_seeds(opened, column, spec, hidden, seeds, most=DRAWN)
