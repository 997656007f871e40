"""What of a workspace is whole, what is damaged, what can be made again, and what is precious."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from explorer.base.dataset import PATH
from explorer.base.errors import WorkspaceError
from explorer.io.dataset_store import copied_table, read_dataset
from explorer.io.sqlite import damage_of_database
from explorer.io.text import counted
from explorer.workspace.damage import MADE_BY_PREPARE, Derived, derived_of
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import DATABASES, MANIFEST, VIEWS
from explorer.workspace.made_once import AGAIN, Run, heads_of, runs_of
from explorer.workspace.manifest import read_manifest
from explorer.workspace.saved import load_views

REPAIR, PREPARE, RESTORE = "explorer repair {}", "explorer prepare {}", "explorer restore BACKUP"
SAVE = f"{REPAIR}, which saves the rows that can be read"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a workspace.

    wrong: what is damaged, "" for a whole part; cure: the command that mends it; precious: made by people, so that
    nothing but a backup can bring it back. note: what else is to be known.
    """

    name: str
    wrong: str = ""
    cure: str = ""
    precious: bool = False
    note: str = ""

    def __str__(self) -> str:
        """One line."""
        words = [f"damaged: {self.wrong}" if self.wrong else "whole"]
        words += [self.note] if self.note else []
        words += ["precious"] if self.precious else []
        return f"{self.name}: {', '.join(words)}" + (f". Mend it with: {self.cure}" if self.wrong else "")


def check_workspace(folder: Path) -> list[Part]:
    """Look at every part of the workspace in `folder`; nothing is changed. Reads all that has a checksum."""
    name = folder.name
    manifest = _manifest(folder)
    parts = [manifest]
    if not manifest.wrong:
        parts += _data_set(Workspace.open(folder).pin(), name)
    parts += [_database(folder / file, what, name) for file, what in DATABASES.items() if (folder / file).exists()]
    if not manifest.wrong and (folder / VIEWS).exists():
        parts.append(_views(Workspace.open(folder), name))
    parts += [_derived(one, name) for one in derived_of(folder)]
    parts += [_run(one, name) for one in runs_of(folder)]
    return parts if manifest.wrong else parts + _heads(Workspace.open(folder))


def _run(run: Run, name: str) -> Part:
    again = f"{REPAIR.format(name)}, then {AGAIN.format(name, run.folder.name)}"
    cure = again if run.has_settings else "starting it anew under another name"
    return Part(name=f"MAP-Elites run {run.folder.name}", wrong="; ".join(run.wrong.values()), cure=cure)


def _heads(ws: Workspace) -> list[Part]:
    return [Part(name=f"head {one}", wrong=wrong, cure="training it again") for one, wrong in heads_of(ws).items()]


def _derived(one: Derived, name: str) -> Part:
    cure = PREPARE if one.kind in MADE_BY_PREPARE else REPAIR
    if one.is_own:
        cure = "importing the source again"
    return Part(name=one.name, wrong=one.damage(), cure=cure.format(name))


def _manifest(folder: Path) -> Part:
    try:
        read_manifest(folder)
    except WorkspaceError as error:
        return Part(name=MANIFEST, wrong=str(error), cure=REPAIR.format(folder.name))
    return Part(name=MANIFEST)


def _data_set(ws: Workspace, name: str) -> list[Part]:
    cure = REPAIR.format(name)
    source, expected = ws.path / ws.manifest.dataset, ws.manifest.dataset_sum
    copy = copied_table(source, expected)
    try:
        table = read_dataset(source, expected)
    except WorkspaceError as error:
        found = "" if copy is None else "there is a copy of it"
        return [Part(name="data set", wrong=str(error), cure=cure, note=found)]
    parts = [Part(name="data set", note=f"{counted(table.num_rows, 'item')}{_missing_pictures(ws)}")]
    if copy is not None:
        wrong = "" if copy.equals(table) else "it holds other items than the data set"
        parts.append(Part(name="copy of the data set for reading", wrong=wrong, cure=cure))
    return parts


def _missing_pictures(ws: Workspace) -> str:
    paths = pc.unique(ws.dataset().table.column(PATH)).to_pylist()
    missing = sum(1 for path in paths if path and not (ws.image_root / path).is_file())
    return f", {counted(missing, 'picture')} not in {ws.image_root}" if missing else ""


def _database(path: Path, what: str, name: str) -> Part:
    cure = f"{SAVE.format(name)}; all of it comes back with: {RESTORE}"
    return Part(name=what, wrong=damage_of_database(path), cure=cure, precious=True)


def _views(ws: Workspace, name: str) -> Part:
    try:
        return Part(name="views", note=counted(len(load_views(ws)), "view"), precious=True)
    except WorkspaceError as error:
        return Part(name="views", wrong=str(error), cure=REPAIR.format(name), precious=True)
