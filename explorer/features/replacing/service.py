"""Stitching and replacing models of an opened workspace: what pages, commands and the library call."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.base.arrays import check_choice
from explorer.base.progress import Progress, Silent
from explorer.encoders.pool import POOL
from explorer.features.replacing.bridge.measure import BridgeReport, measure_bridges
from explorer.features.replacing.bridge.orthogonal import orthogonal_bridge
from explorer.features.replacing.bridge.second_model import SecondModel, train_second_model
from explorer.features.replacing.bridge.sides import both_sides, most_anchors, reference_texts
from explorer.features.replacing.bridge.store import Bridging, Crossing, keep_bridge, load_crossing, load_report
from explorer.features.replacing.candidates import joint_models, layers_of, stitchable_models
from explorer.features.replacing.compatibility.matrix import check_widths, compatibility_matrix
from explorer.features.replacing.compatibility.method import CompatSettings
from explorer.features.replacing.compatibility.store import (
    Asking,
    Galleries,
    Upgrading,
    keep_galleries,
    keep_upgrades,
    load_galleries,
    load_upgrades,
)
from explorer.features.replacing.compatibility.versions import Upgrades, train_upgrades
from explorer.features.replacing.contract import methods_of
from explorer.features.replacing.labelled import common_rows, label_columns, labelled
from explorer.features.replacing.merging.merge import Merge, MlpSettings, check_seeds, merge_from_seeds
from explorer.features.replacing.merging.store import Merging, keep_merge, load_merge
from explorer.features.replacing.stitching import digits_cnn
from explorer.features.replacing.stitching.bench import Bench, Cell, Task, run_cells
from explorer.features.replacing.stitching.method import StitchMethod
from explorer.features.replacing.stitching.sides import items_of, match_positions, networks_of
from explorer.features.replacing.stitching.store import (
    DigitsStitching,
    Stitching,
    keep_cells,
    keep_digits_cells,
    load_cells,
    load_digits_cells,
)
from explorer.features.replacing.stitching.towers import TASKS
from explorer.index import Neighbours
from explorer.workspace.opened import Opened

__all__ = [
    "DRAWN",
    "TASKS",
    "Asking",
    "Bridging",
    "DigitsStitching",
    "Merging",
    "Stitching",
    "Upgrading",
    "check_one_length",
    "check_seeds",
    "compare_and_keep_models",
    "compare_models",
    "fit_and_keep_bridge",
    "joint_models",
    "label_columns",
    "layers_of",
    "load_cells",
    "load_digits_cells",
    "load_galleries",
    "load_merge",
    "load_report",
    "load_upgrades",
    "make_second_model",
    "merge_and_keep_seeds",
    "most_anchors",
    "search_old_gallery",
    "stitch_digits",
    "stitch_models",
    "stitchable_models",
    "upgrade_and_keep_heads",
    "upgrade_heads",
]

DRAWN = 4_000
"""Labelled items that the page trains on, at most."""


def fit_and_keep_bridge(opened: Opened, what: Bridging, progress: Progress | None = None) -> BridgeReport:
    """Every bridge from the new model to the old one, measured on other images and on texts; kept for the page.

    The texts are the values of the column, else captions, else common words. InputError for too few images in common,
    or anchors that leave too few to test.
    """
    progress = progress or Silent()
    progress.start("encoding texts, fitting bridges", 2)
    texts, labels = reference_texts(opened, what.column)
    sides = both_sides(opened, opened.encoder(what.new), opened.encoder(what.old), texts, labels)
    progress.advance(1)
    report = measure_bridges(sides, what.anchors)
    turned = orthogonal_bridge(sides.a[: what.anchors], sides.b[: what.anchors])
    keep_bridge(opened, what, Crossing(bridge=turned, text_means=sides.text_means), report)
    progress.finish()
    return report


def search_old_gallery(opened: Opened, what: Bridging, text: str, k: int) -> tuple[Neighbours, Neighbours]:
    """The k items of the old model's index that are nearest to a text: asked by the new model over the kept turn, and
    by the old one itself. The text is brought over with the texts' own means.
    """
    crossing, index = load_crossing(opened, what), opened.index(what.old)
    bridged = index.query(crossing.texts(POOL.text_vector(what.new, text)[None]), k)
    return bridged, index.query(POOL.text_vector(what.old, text)[None], k, kind="text")


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
    a, b = networks_of(opened, what.a, what.b)
    for net, wanted in ((a, sources), (b, targets)):
        for layer in wanted:
            check_choice(layer, net.layers, f"layer of {net.name}")
    found = items_of(opened, labelled(opened, what.column, items), (a, b))
    match_positions((a, b), (sources, targets))
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


def compare_models(opened: Opened, column: str, specs: Sequence[str], most: int = 0) -> Galleries:
    """Which model of the workspace, old to new, may ask which gallery; and on how many items it was measured.

    most: labelled items that are drawn, 0 for all. InputError when the models have vectors of unequal length.
    """
    found, vectors = common_rows(opened, labelled(opened, column, most), *specs)
    galleries, queries = ([one[rows] for one in vectors] for rows in (found.train, found.test))
    labels = found.labels
    matrix = compatibility_matrix(galleries, queries, labels[found.train], labels[found.test])
    return Galleries(matrix=matrix, queries=len(found.test), gallery=len(found.train), dropped=found.dropped)


def compare_and_keep_models(opened: Opened, what: Asking) -> Galleries:
    """As `compare_models`; kept for the page."""
    found = compare_models(opened, what.column, what.specs, what.items)
    keep_galleries(opened, what, found)
    return found


def check_one_length(opened: Opened, specs: Sequence[str]) -> None:
    """InputError for models with vectors of unequal length: they cannot share a gallery."""
    check_widths(opened.embeddings(spec).vectors.shape[1] for spec in specs)


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


def upgrade_and_keep_heads(opened: Opened, what: Upgrading, progress: Progress | None = None) -> Upgrades:
    """As `upgrade_heads`; kept for the page."""
    settings = CompatSettings(versions=what.versions, seed=what.seed)
    found = upgrade_heads(opened, what.column, what.spec, settings, most=what.items, progress=progress)
    keep_upgrades(opened, what, found)
    return found


def merge_and_keep_seeds(opened: Opened, what: Merging, progress: Progress | None = None) -> Merge:
    """Two classifiers of one model's vectors that differ in their seed, merged by every method; kept for the page."""
    found, (vectors,) = common_rows(opened, labelled(opened, what.column, what.items), what.spec)
    merge = merge_from_seeds(
        vectors,
        found.labels,
        found.train,
        found.test,
        classes=len(found.classes),
        seeds=(what.first, what.second),
        settings=MlpSettings((what.hidden, what.hidden)),
        progress=progress or Silent(),
    )
    keep_merge(opened, what, merge)
    return merge
