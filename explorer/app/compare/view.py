"""The view of the Compare page as a value, and its exact form in the address of the page."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, Field, choice, each, expect, text, whole
from explorer.features.compare.contract import METHODS, METRICS

TITLES = {
    "two": "Two models",
    "layers": "Layers",
    "many": "Many models",
    "stitch": "Stitching lab",
    "bridge": "Bridge",
    "compatibility": "Compatibility",
    "merging": "Merging",
}
LABS = ("guided", "own")
DIGITS = ("1-1", "2-2", "1-2")
TASKS = ("probe", "zero-shot")
PARTS = ("heads", "models")
WIDTHS = (32, 64, 128, 256)
VERSIONS = range(2, 8)
MOST_SEED, MOST_ANCHORS = 9_999, 10_000_000
SIZES = (500, 1_000, 2_000, 5_000)
Cell = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the Compare page carries besides workspace and model.

    panel: of `TITLES`. a, b: specs of the models, "" for those that fit. items: how many are compared. measure: of the
    tables; metric: of the plane. cell: a layer of a and one of b, None for the last ones. item: id of the picked item.
    lab: what is stitched, of `LABS`; digits: which networks of the guided example; into: the layer of b; labels: the
    column that is told apart, "" for the first; task: how.

    vectors: the model whose vectors are classified, "" for the first. width: of hidden layers; first, second: seeds.
    part: of the compatibility, of `PARTS`; versions: of a head; specs: models from old to new, () for the first ones,
    ("",) for none. anchors: of a bridge, 0 for as many as usual.
    """

    panel: str = "two"
    a: str = ""
    b: str = ""
    items: int = 1_000
    measure: str = "cka_debiased"
    metric: str = "procrustes_angle"
    cell: Cell | None = None
    item: str = ""
    lab: str = "guided"
    digits: str = "1-1"
    into: str = ""
    labels: str = ""
    task: str = "probe"
    vectors: str = ""
    width: int = 64
    first: int = 1
    second: int = 2
    part: str = "heads"
    versions: int = 4
    specs: tuple[str, ...] = ()
    anchors: int = 0


def _read_cell(value: str) -> Cell:
    first, between, second = value.partition("~")
    expect(bool(between), "expected two layers with ~ between them")
    return first, second


def _up_to(name: str, most: int) -> Field:
    """A whole number from 0 to `most`."""

    def read(value: str) -> int:
        expect(value.isascii() and value.isdigit() and len(value) < 10, f"expected a whole number up to {most}")
        expect(int(value) <= most, f"expected a whole number up to {most}")
        return int(value)

    return Field(name, read, str)


ADDRESS = Address(
    View(),
    panel=choice("view", tuple(TITLES)),
    a=text("a"),
    b=text("b"),
    items=whole("n", SIZES),
    measure=choice("m", tuple(METHODS)),
    metric=choice("metric", METRICS),
    cell=Field("cell", _read_cell, "~".join),
    item=text("item"),
    lab=choice("lab", LABS),
    digits=choice("digits", DIGITS),
    into=text("into"),
    labels=text("labels"),
    task=choice("task", TASKS),
    vectors=text("vectors"),
    width=whole("width", WIDTHS),
    first=_up_to("seed-a", MOST_SEED),
    second=_up_to("seed-b", MOST_SEED),
    part=choice("part", PARTS),
    versions=whole("versions", VERSIONS),
    specs=each("spec", str, str, 20),
    anchors=_up_to("anchors", MOST_ANCHORS),
)
