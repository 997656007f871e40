"""Conditional similarity of photos with known labels: mean average precision a condition, for every method."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import ExplorerError
from explorer.base.metrics import mean_score, score_text
from explorer.base.progress import Progress
from explorer.base.sampling import at_most
from explorer.encoders import Encoder, canonical, load_encoder
from explorer.features.conditional.contract import METHODS, Ask, Lens
from explorer.features.conditional.evaluate_scenes import can_be_asked, combiner_for
from explorer.heads.head import Head
from explorer.io.atomic import write_json
from recipes.combiner.photos import COARSE, COLOUR, LABEL, PACKAGE, encode_rows, photo_labels
from recipes.photos import Photos, load_images, read_photos

CONDITIONS = {
    "grocery, coarse label": COARSE,
    "grocery, colour": COLOUR,
    "grocery, package": PACKAGE,
    "Caltech-101, object (20 unseen classes)": "object",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Photos under one condition: (n,) rows of them, (n, d) unit vectors, (n,) codes of their values, the values."""

    rows: Rows
    vectors: Floats
    codes: Rows
    names: tuple[str, ...]
    words: str

    @cached_property
    def sizes(self) -> Rows:
        """(v,) how many photos have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names)).astype(np.int64)

    @cached_property
    def shared(self) -> Rows:
        """(m,) numbers of the photos whose value another one has as well."""
        there = np.flatnonzero(self.codes >= 0)
        return there[self.sizes[self.codes[there]] > 1]


def evaluate_photos(
    encoder: Encoder, photos: Photos, head: Head | None, progress: Progress, queries: int = 500
) -> dict[str, Any]:
    """MAP a condition and method, on splits test (grocery) and unseen (Caltech-101), beside the unconditional one.

    Each query ranks all other photos of its part; relevant are those with the query's value. At most `queries` queries
    a condition, drawn at random. Intervals: bootstrap over queries.
    """
    rows = {"grocery": photos.rows("test", source="grocery"), "caltech": photos.rows("unseen")}
    vectors = {
        "grocery": encode_rows(encoder, photos, rows["grocery"], progress, "Grocery photos"),
        "caltech": encode_rows(encoder, photos, rows["caltech"], progress, "Photos of unseen classes"),
    }
    labels = {part: photo_labels(photos, own) for part, own in rows.items()}
    table: dict[str, Any] = {}
    for name, words in CONDITIONS.items():
        part = "caltech" if words == "object" else "grocery"
        column = labels[part].columns.index(LABEL if words == "object" else words)
        asked = Part(
            rows=rows[part],
            vectors=vectors[part],
            codes=labels[part].codes[:, column],
            names=labels[part].names[column],
            words=words,
        )
        table[name] = _condition(encoder, photos, asked, head, queries)
    return {"encoder": encoder.spec, "weights": encoder.fingerprint, "table": table}


def _condition(encoder: Encoder, photos: Photos, part: Part, head: Head | None, queries: int) -> dict[str, Any]:
    """Chance and the mean average precision of each method that can be asked."""
    codes, there, sizes = part.codes, part.shared, part.sizes
    asked = at_most(there, queries, np.random.default_rng(0))
    items, ask = part.vectors[there], _asker(encoder, photos, part, asked, head)
    found: dict[str, Any] = {"chance": round(float(((sizes[codes[asked]] - 1) / (len(there) - 1)).mean()), 4)}
    for name, method in METHODS.items():
        if not can_be_asked(method, head):
            continue
        try:
            scores = [_precision(method.lens(ask(q)), items, there == q, codes[there] == codes[q]) for q in asked]
        except ExplorerError:
            continue
        found[name] = mean_score(np.array(scores)).as_dict()
    return found


def _asker(encoder: Encoder, photos: Photos, part: Part, asked: Rows, head: Head | None) -> Callable[[int], Ask]:
    """Makes the question about one of the (m,) asked photos."""
    condition, raw_condition = encoder.encode_texts([part.words])[0], encoder.raw_texts([part.words])[0]
    raw = dict(zip(asked.tolist(), encoder.raw_images(load_images(photos, part.rows[asked])), strict=True))
    values = encoder.encode_texts([str(name) for name in part.names])
    centre = part.vectors[part.shared].mean(0)

    def ask(row: int) -> Ask:
        return Ask(
            reference=part.vectors[row],
            condition=condition,
            raw_reference=raw[int(row)],
            raw_condition=raw_condition,
            values=values,
            centre=centre,
            head=head,
        )

    return ask


def _precision(lens: Lens, items: Floats, own: Mask, relevant: Mask) -> float:
    """Average precision of the ranking of all items but the query itself."""
    seen = items if lens.transform is None else lens.transform(items)
    order = np.argsort(-(seen @ lens.query)[~own], kind="stable")
    hits = relevant[~own][order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def format_photos(report: dict[str, Any]) -> str:
    """The table as Markdown: a row a method, a column a condition; "image" is the unconditional ranking."""
    names = list(report["table"])
    methods = list(dict.fromkeys(method for row in report["table"].values() for method in row))
    lines = ["| Method, mAP | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1)]
    for method in methods:
        label = METHODS[method].label if method in METHODS else method
        lines.append(f"| {label} | " + " | ".join(_cell(report["table"][name].get(method)) for name in names) + " |")
    return "\n".join(lines)


def _cell(value: dict[str, float] | float | None) -> str:
    if isinstance(value, dict):
        return score_text(value)
    return "" if value is None else f"{value:.3f}"


def run(model: str, head: str, folder: Path, result: Path | None, progress: Progress) -> str:
    """Measure the photos in `folder` and write the report to `result`; the table."""
    encoder = load_encoder(canonical(model))
    report = evaluate_photos(encoder, read_photos(folder), combiner_for(encoder.spec, head), progress)
    if result is not None:
        write_json(result, report)
    return format_photos(report)
