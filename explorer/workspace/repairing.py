"""Mending a damaged workspace with what there is: copies, earlier states, the source. Answers of people stay."""

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.dataset import Dataset
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_write
from explorer.io.dataset_store import arrow_copy, copied_table, read_dataset
from explorer.io.salvage import salvage
from explorer.io.sqlite import damage_of_database
from explorer.io.text import counted
from explorer.workspace.damage import WORDS, discard_damaged
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import rebuild
from explorer.workspace.layout import DATABASES, FILES, MANIFEST, MANIFEST_COPY, VIEWS
from explorer.workspace.made_once import AGAIN, DAMAGED, heads_of, runs_of, set_aside
from explorer.workspace.manifest import SCHEMA, Manifest, read_manifest, write_manifest
from explorer.workspace.saved import earlier_views, load_views, read_views

BACKUP = "Where there is a backup, bring it back under another name: explorer restore BACKUP --name NAME"


def repair(folder: Path, source: Path | None = None, progress: Progress | None = None) -> list[str]:
    """Mend the workspace in `folder`; a sentence on each thing that was done.

    source: where the items came from, when it lies elsewhere now. Nothing that people made is removed. Raises
    WorkspaceError when the data set can be mended with nothing that is there; it says what else there is to do.
    """
    done = _manifest(folder)
    ws = Workspace.open(folder)
    done += _data_set(ws, source, progress or Silent())
    ws = Workspace.open(folder)
    done += _views(ws)
    done += _databases(folder)
    for one in discard_damaged(ws, tuple(WORDS)):
        done.append(f"Removed: {one.name}. It is made again by: explorer prepare {folder.name}")
    return done + _runs(folder) + _heads(ws)


def _databases(folder: Path) -> list[str]:
    """Save what can be read of damaged judgments and tags."""
    done = []
    for name, what in DATABASES.items():
        path = folder / name
        if not path.exists() or not damage_of_database(path):
            continue
        saved = salvage(path)
        if saved is None:
            done.append(f"The {what} cannot be read at all; {name} is left as it is. {BACKUP}")
            continue
        rows = ", ".join(f"{count:,} of {table}" for table, count in saved.rows.items())
        total = counted(sum(saved.rows.values()), "row")
        told = f"The {what} were damaged: {total} could be read and are saved ({rows})."
        done.append(f"{told} The damaged file is kept as {saved.kept.name}. {BACKUP}")
    return done


def _runs(folder: Path) -> list[str]:
    done = []
    for run in runs_of(folder):
        name = run.folder.name
        if run.wrong and not run.has_settings:
            done.append(f"The MAP-Elites run {name} has lost its settings and stays as it is: start it anew.")
        elif run.wrong:
            set_aside(run)
            aside = ", ".join(f"{file}{DAMAGED}" for file in run.wrong)
            again = f"It is run again, and ends as it did, by: {AGAIN.format(folder.name, name)}"
            done.append(f"The MAP-Elites run {name} was damaged; kept as {aside}. {again}")
    return done


def _heads(ws: Workspace) -> list[str]:
    return [wrong for wrong in heads_of(ws).values() if wrong]


def _manifest(folder: Path) -> list[str]:
    """Bring a damaged manifest back from its copy, or from the file of the data set."""
    try:
        read_manifest(folder)
        return []
    except WorkspaceError as error:
        if "upgrade" in str(error):
            raise
    with suppress(WorkspaceError):
        kept = read_manifest(folder, MANIFEST_COPY)
        if (folder / kept.dataset).is_file():
            write_manifest(folder, kept)
            return [f"{MANIFEST} is back from its copy."]
    for path in sorted(folder.glob("dataset*.parquet"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        with suppress(OSError, pa.ArrowException):
            write_manifest(folder, _guessed(folder, path))
            return [f"{MANIFEST} was put together anew; where the items came from is not known any more."]
    raise WorkspaceError(f"{folder} has neither a manifest nor a data set that can be read. {BACKUP}")


def _guessed(folder: Path, dataset: Path) -> Manifest:
    version = dataset.stem.removeprefix("dataset-")
    return Manifest(
        schema=SCHEMA,
        name=folder.name,
        kind="zip" if (folder / FILES).is_dir() else "table",
        image_root="",
        source="unknown",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=int(version) if version.isdigit() else 1,
        count=pq.read_metadata(dataset).num_rows,
        columns={},
        dataset=dataset.name,
    )


def _data_set(ws: Workspace, source: Path | None, progress: Progress) -> list[str]:
    path, expected = ws.path / ws.manifest.dataset, ws.manifest.dataset_sum
    copy = copied_table(path, expected)
    try:
        table = read_dataset(path, expected)
    except WorkspaceError as error:
        if copy is not None:
            ws.replace_dataset(Dataset(copy.combine_chunks()))
            return [f"The data set is back from its copy: {counted(copy.num_rows, 'item')}."]
        return _from_source(ws, source, progress, error)
    if copy is not None and not copy.equals(table):
        arrow_copy(path, expected).unlink(missing_ok=True)
        return ["The copy of the data set for reading is made anew."]
    return []


def _from_source(ws: Workspace, source: Path | None, progress: Progress, damage: WorkspaceError) -> list[str]:
    chosen = source or Path(ws.manifest.source)
    if not chosen.is_absolute() and source is None or not chosen.exists():
        raise WorkspaceError(
            f"{damage} Its source {ws.manifest.source} is not there. Give it where it lies now: "
            f"explorer repair {ws.path.name} --source FILE. {BACKUP}"
        ) from damage
    new = rebuild(chosen, ws, progress)
    return [f"The data set was put together anew from {chosen}: {counted(len(new.dataset()), 'item')}."]


def _views(ws: Workspace) -> list[str]:
    try:
        load_views(ws)
        return []
    except WorkspaceError as error:
        if "upgrade" in str(error):
            raise
    for path in earlier_views(ws):
        with suppress(WorkspaceError):
            views = read_views(path)
            with atomic_write(ws.path / VIEWS) as temporary:
                shutil.copyfile(path, temporary)
            return [f"The views are as they were before the last change: {counted(len(views), 'view')}."]
    damaged = ws.path / VIEWS
    damaged.rename(damaged.with_name(f"{VIEWS}.damaged"))
    return [f"The views could not be read and there is no earlier state; the file is kept as {VIEWS}.damaged. {BACKUP}"]
