"""A match as it is kept in a workspace: both sides as they were, the scored pairs, and how all was made."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.permission import require
from explorer.features.match.contract import METHODS
from explorer.features.match.method import Candidates, Value
from explorer.features.match.service import DEFAULT_MODEL, Matched, make_task
from explorer.features.match.side import Side
from explorer.features.match.sides import picture_paths
from explorer.io.atomic import atomic_folder, read_json
from explorer.io.leftovers import temporary_name
from explorer.io.paths import resolve_below
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import folder_of
from explorer.workspace.opened import open_shared
from explorer.workspace.tag_store import clean_tag

TOLD, LEFT, RIGHT, PAIRS = "match.json", "left.parquet", "right.parquet", "pairs.parquet"
VERSION = 1
ID_COLUMN, KEY_COLUMN = "__id__", "__key__"
PART = "part: "


@dataclass(frozen=True)
class KeptMatch:
    """A line of the list of kept matches. model: spec of what turned texts into vectors. made: ISO 8601, UTC."""

    name: str
    method: str
    left: str
    right: str
    pairs: int
    model: str
    made: str


def keep(workspace: Workspace, name: str, matched: Matched, model: str = DEFAULT_MODEL) -> KeptMatch:
    """Keep a match under a name, in place of one that has it; decisions on its pairs stay.

    InputError for a name without letters, WorkspaceError when the disk is full.
    """
    require("run work")
    name = clean_tag(name, "name")
    kept = KeptMatch(
        name=name,
        method=matched.method.name,
        left=matched.task.left.name,
        right=matched.task.right.name,
        pairs=len(matched.pairs),
        model=model,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    with atomic_folder(_folder(workspace, name)) as folder:
        _write_side(folder / LEFT, matched.task.left)
        if not matched.task.same:
            _write_side(folder / RIGHT, matched.task.right)
        _write_pairs(folder / PAIRS, matched.pairs)
        told = {
            "version": VERSION,
            **vars(kept),
            "same": matched.task.same,
            "options": _with_files(matched, folder),
            "routes": list(matched.pairs.routes),
            "about": _plain(matched.pairs.about),
            "proposed": matched.pairs.proposed,
            "sides": [_told(matched.task.left), _told(matched.task.right)],
        }
        (folder / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return kept


def kept_matches(workspace: Workspace) -> list[KeptMatch]:
    """The kept matches, the newest first; those that cannot be read are left out."""
    folder = folder_of(workspace.path, "matches")
    found = []
    for path in sorted(folder.glob(f"*/{TOLD}")) if folder.is_dir() else []:
        try:
            found.append(_line(read_json(path)))
        except (WorkspaceError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda one: one.made, reverse=True)


def open_match(workspace: Workspace, name: str) -> Matched:
    """A kept match; InputError for an unknown name, WorkspaceError when it is damaged or of a newer version."""
    folder = _folder(workspace, name)
    if not (folder / TOLD).is_file():
        names = ", ".join(one.name for one in kept_matches(workspace)) or "none is kept"
        raise InputError(f"Expected the name of a kept match ({names}), got {name!r:.80}.")
    told = read_json(folder / TOLD)
    if told.get("version") != VERSION:
        raise WorkspaceError(f"{name}: made by another version of Similarity Explorer. Match again to use it.")
    try:
        left = _read_side(folder / LEFT, told["sides"][0])
        right = None if told["same"] else _read_side(folder / RIGHT, told["sides"][1])
        options = _from_files(told["method"], told["options"], folder)
        task = make_task(left, right, told["method"], options=options, model=told["model"])
        pairs = _read_pairs(folder / PAIRS, told, (len(task.left), len(task.right)))
    except (KeyError, TypeError, IndexError, OSError, pa.ArrowException) as error:
        raise WorkspaceError(f"{name}: this match is damaged ({error}). Match again to replace it.") from error
    return Matched(task=task, method=METHODS[told["method"]], pairs=pairs)


def take_away(workspace: Workspace, name: str) -> None:
    """Take a kept match away; what people said of its pairs stays for when it is made again."""
    require("run work")
    folder = _folder(workspace, name)
    if not folder.is_dir():
        raise InputError(f"Expected the name of a kept match, got {name!r:.80}.")
    gone = temporary_name(folder)
    folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _folder(workspace: Workspace, name: str) -> Path:
    return folder_of(workspace.path, "matches", name)


def _line(told: Mapping[str, Any]) -> KeptMatch:
    return KeptMatch(**{name: told[name] for name in KeptMatch.__dataclass_fields__})


def _file_options(method: str) -> list[str]:
    return [option.name for option in METHODS[method].options if option.file]


def _with_files(matched: Matched, folder: Path) -> dict[str, Value]:
    """The options of a match; a file that one names is copied into its folder, and named by that."""
    options = dict(matched.task.options)
    for name in _file_options(matched.method.name):
        if path := str(options[name]):
            options[name] = f"{name}{''.join(Path(path).suffixes[-2:])}"
            shutil.copyfile(path, folder / str(options[name]))
    return options


def _from_files(method: str, options: Mapping[str, Value], folder: Path) -> dict[str, Value]:
    """The options of a kept match; a file is looked for in its own folder alone."""
    found = dict(options)
    for name in _file_options(method):
        if path := str(found[name]):
            found[name] = str(resolve_below(folder, path))
    return found


def _told(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "text": side.text,
        "encoder": side.encoder,
        "workspace": side.workspace,
        "notes": list(side.notes),
    }


def _write_side(path: Path, side: Side) -> None:
    table = side.table.append_column(ID_COLUMN, pa.array(side.ids, pa.string()))
    if side.row_keys:
        table = table.append_column(KEY_COLUMN, pa.array(side.row_keys, pa.string()))
    pq.write_table(table, path)
    if side.vectors is not None:
        np.save(path.with_suffix(".npy"), side.vectors.astype(np.float16))


def _read_side(path: Path, told: Mapping[str, Any]) -> Side:
    table = pq.read_table(path)
    ids = tuple(table.column(ID_COLUMN).to_pylist())
    own = [name for name in (ID_COLUMN, KEY_COLUMN) if name in table.column_names]
    vectors = path.with_suffix(".npy")
    return Side(
        name=str(told["name"]),
        ids=ids,
        table=table.drop_columns(own),
        text=str(told["text"]),
        pictures=_pictures(str(told["workspace"]), ids),
        vectors=np.load(vectors, allow_pickle=False).astype(np.float32) if vectors.is_file() else None,
        encoder=str(told["encoder"]),
        workspace=str(told["workspace"]),
        notes=tuple(told["notes"]),
        row_keys=tuple(table.column(KEY_COLUMN).to_pylist()) if KEY_COLUMN in own else (),
    )


def _pictures(workspace: str, ids: Sequence[str]) -> tuple[str, ...]:
    """(n,) paths of the pictures of a collection's items, "" where an item is gone; () where there are none."""
    try:
        opened = open_shared(workspace_folder(workspace)) if workspace else None
    except WorkspaceError:
        return ()
    if opened is None or not opened.dataset.has_images:
        return ()
    known = dict(zip(opened.dataset.ids, picture_paths(opened), strict=True))
    return tuple(known.get(one, "") for one in ids)


def _write_pairs(path: Path, pairs: Candidates) -> None:
    columns = {"left": pairs.left, "right": pairs.right, "score": pairs.scores, "route": pairs.route}
    parts = {f"{PART}{name}": values for name, values in pairs.parts.items()}
    pq.write_table(pa.table({name: pa.array(values) for name, values in {**columns, **parts}.items()}), path)


def _read_pairs(path: Path, told: Mapping[str, Any], sizes: tuple[int, int]) -> Candidates:
    table = pq.read_table(path)
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    left, right = columns["left"].astype(np.int64), columns["right"].astype(np.int64)
    for rows, size in zip((left, right), sizes, strict=True):
        if len(rows) and (rows.min() < 0 or rows.max() >= size):
            raise IndexError("pairs of rows that are not there")
    return Candidates(
        left=left,
        right=right,
        scores=columns["score"].astype(np.float32),
        routes=tuple(told["routes"]),
        route=columns["route"].astype(np.int8),
        parts={name.removeprefix(PART): values for name, values in columns.items() if name.startswith(PART)},
        about=told["about"],
        proposed=int(told["proposed"]),
    )


def _plain(about: Mapping[str, object]) -> dict[str, Any]:
    """What JSON can hold of what a matcher tells."""
    found: dict[str, Any] = json.loads(json.dumps(dict(about), default=str))
    return found
