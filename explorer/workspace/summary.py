"""What a workspace holds, as plain values: for `explorer info` and the home page."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import PATH, TEXT, Dataset
from explorer.base.errors import NotThere
from explorer.io.spreadsheet import read_text
from explorer.workspace.contents import cut_text
from explorer.workspace.folder import Workspace
from explorer.workspace.index_report import PLURALS, IndexReport, load_report
from explorer.workspace.layout import SKIPPED
from explorer.workspace.mapping import MAP_METHODS, whole_manifest
from explorer.workspace.preparing import missing_steps, state_words
from explorer.workspace.saved import load_views


@dataclass(frozen=True)
class Skipped:
    """An item or file that could not be used, and why. stage: "import" or the encoder's spec."""

    stage: str
    path: str
    reason: str

    def __str__(self) -> str:
        """File and reason; many reasons name the file themselves."""
        return self.reason if self.reason.startswith(self.path) else f"{self.path}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class EncoderSummary:
    """What is there for one encoder.

    count, present: items, and those that have a vector. cut: texts that are longer than the model reads. index: None
    when not built. maps: their manifests.
    missing: which of "embed", "index", "map" have to run to bring everything up to date; state: why, in words.
    """

    spec: str
    count: int
    present: int
    dim: int
    settings: dict[str, Any]
    cut: int
    index: IndexReport | None
    maps: list[dict[str, Any]]
    missing: list[str]
    state: str


def summarise_encoders(workspace: Workspace) -> list[EncoderSummary]:
    """One summary an encoder, the oldest first."""
    return [_summarise(workspace, spec) for spec in workspace.encoders()]


def _summarise(workspace: Workspace, spec: str) -> EncoderSummary:
    made = workspace.manifest_of("embeddings", spec)
    maps = (whole_manifest(workspace, spec, method) for method in MAP_METHODS)
    missing = missing_steps(workspace, spec)
    return EncoderSummary(
        spec=spec,
        count=made.get("count", 0),
        present=made.get("present", 0) - len(workspace.changed_rows(spec)),
        dim=made.get("dim", 0),
        settings=made.get("settings", {}),
        cut=made.get("cut", 0),
        index=load_report(workspace, spec),
        maps=[one for one in maps if one],
        missing=missing,
        state=state_words(workspace, spec, missing),
    )


def skipped_files(workspace: Workspace) -> list[Skipped]:
    """Everything that was left out, by the import and by each encoder."""
    found = _read_skipped(workspace.path / SKIPPED, "import")
    for spec in workspace.encoders():
        found += _read_skipped(workspace.folder("embeddings", spec) / SKIPPED, spec)
    return found


def _read_skipped(path: Path, stage: str) -> list[Skipped]:
    rows: list[dict[str, str]] = []
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace", newline="") as file, suppress(csv.Error):
        rows = list(csv.DictReader(file))
    return [
        Skipped(stage, read_text(row.get("path") or row.get("id") or ""), read_text(row.get("reason") or ""))
        for row in rows
    ]


def recall_text(index: IndexReport | None) -> str:
    """The recall of an index in words, for items and for words; says so when nothing can be missed."""
    if index is None:
        return "no index yet"
    found = {kind: index.of(kind) for kind in ("item", "text")}
    shares = [
        f"{100 * one.recall:.1f} % ({100 * one.low:.1f} to {100 * one.high:.1f} %) for {PLURALS[one.kind]}"
        for one in found.values()
        if one and one.ef
    ]
    if not shares:
        return "every search compares all items, nothing is missed"
    beside = f"; {index.waiting:,} new items wait beside it and are always compared" if index.waiting else ""
    return f"finds {', '.join(shares)} of the true ten nearest{beside}"


def rows_of_view(workspace: Workspace, name: str) -> Rows:
    """Row numbers of a saved view, or of all items when `name` is ""."""
    dataset = workspace.dataset()
    if not name:
        return np.arange(len(dataset), dtype=np.int64)
    views = {view.name: view for view in load_views(workspace)}
    if name not in views:
        raise NotThere(f"There is no saved view {name!r}. There are: {', '.join(views) or 'none'}.")
    return dataset.rows_of(list(views[name].ids))


def filled(dataset: Dataset, column: str) -> int:
    """How many items have an image (column "path") or a text (column "text")."""
    return int(pc.sum(pc.not_equal(dataset.table.column(column), "")).as_py() or 0)


def summary_lines(workspace: Workspace) -> list[str]:
    """What `explorer info` prints."""
    dataset = workspace.dataset()
    lines = [
        f"{workspace.name}: {len(dataset):,} items, {filled(dataset, PATH):,} with an image, "
        f"{filled(dataset, TEXT):,} with a text",
        f"  folder      {workspace.path}",
        f"  source      {workspace.manifest.source}",
        f"  attributes  {', '.join(dataset.attributes) or 'none'}",
    ]
    for one in summarise_encoders(workspace):
        state = f"  ({one.state}; run explorer prepare)" if one.missing else f"  ({one.state})" if one.state else ""
        lines.append(f"  model       {one.spec}: {one.present:,} of {one.count:,} items, {one.dim} numbers each{state}")
        if one.cut:
            lines.append(f"    texts     {cut_text(one.cut)}")
        lines.append(f"    index     {recall_text(one.index)}")
        lines.append(f"    maps      {', '.join(str(m.get('method', '')) for m in one.maps) or 'none yet'}")
    skipped = skipped_files(workspace)
    lines.append(f"  skipped     {len(skipped):,}")
    return lines + [f"    {one}" for one in skipped[:20]]
