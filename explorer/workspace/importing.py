"""From a source (folder, zip, table, Hugging Face folder) to a workspace, and from the changed source to its update."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Mask
from explorer.base.dataset import HASH, ID, PATH, RESERVED, TEXT, Dataset
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name, workspaces_root
from explorer.io.atomic import atomic_folder, clear_disk_errors
from explorer.io.audit import note
from explorer.io.columns import Columns
from explorer.io.crop_files import keep_only
from explorer.io.hashing import NO_FILE, hash_files, item_hashes
from explorer.io.incoming import Incoming, Place
from explorer.io.matching import differently
from explorer.io.merge import merge_items
from explorer.io.respelled import respelled
from explorer.io.sources import kind_of, read_source
from explorer.io.text import counted
from explorer.workspace.folder import Workspace, fill_workspace
from explorer.workspace.hub_sets import fetch_set, hub_set, is_hub_name, look
from explorer.workspace.import_report import known_files, write_report
from explorer.workspace.imported_tags import put_tags, without_tags
from explorer.workspace.layout import FILES, is_workspace
from explorer.workspace.names import name_for
from explorer.workspace.own_vectors import save_own_vectors
from explorer.workspace.runs import kept_run


def import_source(
    source: Path,
    workspace: Path,
    *,
    columns: Columns | None = None,
    name: str | None = None,
    data_root: Path | None = None,
    keep: bool = False,
    verify: bool = False,
    crops: bool = False,
    progress: Progress | None = None,
) -> Workspace:
    """Make the workspace at `workspace` from `source`, or bring it up to date when it exists.

    columns: which column is what; None to take those of the last import, or to guess.
    data_root: image paths of a table may lie anywhere below it; None for the folder of the table.
    keep: items that the source no longer has stay (always so for zips, which add); otherwise they go and are reported.
    verify: read every file, also those whose size, times and number say that they are as they were.
    crops: each box of a label file becomes an item, cut out of its picture; an update of such a workspace does so too.
    An update keeps order and ids of the items, puts new ones at the end, and finds changed ones by content hash.
    Raises InputError for a source that cannot be used, WorkspaceError when the disk is full, another process writes,
    or the workspace came from another source. Then everything is as it was.
    """
    source, target = Path(source).absolute(), Path(workspace).absolute()
    task = _Task(source, data_root, columns, keep=keep, verify=verify, crops=crops, progress=progress or Silent())
    with clear_disk_errors(target):
        known = is_workspace(target)
        asked = {"columns": columns.to_dict() if columns else None, "keep": keep, "verify": verify, "crops": crops}
        with kept_run(target, "update" if known else "import", source=str(source), **asked) as run:
            made = task.update(Workspace.open(target)) if known else task.create(target, name or source.stem)
            run.result = f"{made.manifest.count:,} items"
    note("update" if known else "import", f"{target.name} from {source}")
    return made


def import_named(
    source: Path,
    name: str = "",
    *,
    columns: Columns | None = None,
    data_root: Path | None = None,
    verify: bool = False,
    crops: bool = False,
    progress: Progress | None = None,
) -> Workspace:
    """As `import_source`, into the folder of workspaces: under `name`, or one made from the source's own.

    source: also the name of a data set on the Hugging Face hub (see `hub_sets`), which is fetched first. A source that
    was imported before keeps its workspace.
    """
    if is_hub_name(source):
        wanted = hub_set(source)
        source = data_root = fetch_set(wanted, look(wanted), progress or Silent())
    root, source = workspaces_root(), source.expanduser().resolve()
    chosen = check_name(name or name_for(source, root))
    return import_source(
        source,
        root / chosen,
        columns=columns,
        name=chosen,
        data_root=data_root,
        verify=verify,
        crops=crops,
        progress=progress,
    )


def rebuild(source: Path, workspace: Workspace, progress: Progress) -> Workspace:
    """Put the data set of a workspace together anew from `source`, as if there had been none; all else stays."""
    task = _Task(Path(source).absolute(), None, None, keep=False, verify=True, progress=progress, anew=True)
    with clear_disk_errors(workspace.path):
        return task.update(workspace)


@dataclass(frozen=True)
class _Task:
    """One call of `import_source`. anew: the items that are there do not count."""

    source: Path
    data_root: Path | None
    columns: Columns | None
    _: KW_ONLY
    keep: bool
    verify: bool
    progress: Progress
    crops: bool = False
    anew: bool = False

    def create(self, target: Path, name: str) -> Workspace:
        with atomic_folder(target, replace=False) as folder, _staging(folder) as staging:
            incoming, files = self._read(staging, target, None)
            incoming, tags = without_tags(incoming)
            merged = merge_items(None, _hashed(incoming.table, files), keep=False)
            vectors = incoming.unit_vectors()
            root = None if incoming.staged else incoming.file_root.resolve()
            fill_workspace(
                folder,
                name,
                merged.dataset,
                image_root=root,
                source=str(self.source),
                kind=incoming.kind,
                columns=incoming.columns.to_dict(),
                linked=tuple(map(str, incoming.linked)),
                crops=self.crops,
            )
            if incoming.staged:
                _move_files(staging, folder / FILES)
            save_own_vectors(folder, vectors, incoming.table.column(ID), merged.dataset)
            put_tags(folder, tags)
            write_report(folder, incoming, merged, files)
        return Workspace.open(target)

    def update(self, ws: Workspace) -> Workspace:
        with ws.lock(), _staging(ws.path) as staging:
            self._check_same_source(ws)
            self._check_same_items(ws)
            incoming, files = self._read(staging, ws.path, ws)
            incoming, tags = without_tags(incoming)
            self._check_same_images(ws, incoming)
            keep = self.keep or incoming.kind == "zip"
            before = None if self.anew else _items_there(ws, keep)
            merged = merge_items(before, _hashed(incoming.table, files, before), keep=keep)
            vectors = incoming.unit_vectors()
            if incoming.staged:
                _move_files(staging, ws.path / FILES)
            root = "" if incoming.staged else str(incoming.file_root.resolve())
            changes = {"image_root": root, "source": str(self.source), "columns": incoming.columns.to_dict()}
            linked = tuple(map(str, incoming.linked))
            new = ws.replace_dataset(merged.dataset, kind=incoming.kind, linked=linked, **changes)
            save_own_vectors(ws.path, vectors, incoming.table.column(ID), merged.dataset)
            put_tags(ws.path, tags, before)
            write_report(ws.path, incoming, merged, files)
            if ws.manifest.crops:
                keep_only(ws.path / FILES, merged.dataset.table.column(PATH).to_pylist())
        return new

    def _read(self, staging: Path, target: Path, old: Workspace | None) -> tuple[Incoming, pa.Table]:
        """Read the source and hash its files; items whose file cannot be used go to `skipped`."""
        before = Columns.from_dict(old.manifest.columns) if old else Columns()
        root = self.data_root.absolute() if self.data_root else None
        crops = old.manifest.crops if old else self.crops
        place = Place(self.source, staging, root, target, before if before != Columns() else None, crops)
        incoming = read_source(place, self.columns, self.progress)
        paths = pc.unique(incoming.table.column(PATH))
        paths = paths.filter(pc.not_equal(paths, ""))
        known = known_files(old) if old and not incoming.staged and not self.verify else None
        files = hash_files(incoming.file_root, paths.to_pylist(), known, self.progress, incoming.linked)
        others = respelled(incoming.file_root, _not_there(files))
        if others:
            incoming = _renamed(incoming, others)
            new = sorted(set(others.values()) - set(files.column("path").to_pylist()))
            files = pa.concat_tables([files, hash_files(incoming.file_root, new, known, self.progress)])
        return _drop_missing(incoming, files, self.source.name), files

    def _check_same_source(self, ws: Workspace) -> None:
        """An update from another place would drop all items; a zip only adds."""
        both_zips = ws.manifest.kind == "zip" and kind_of(self.source) == "zip"
        if ws.manifest.source != str(self.source) and not (both_zips or self.keep or self.anew):
            raise WorkspaceError(
                f"{ws.name} was made from {ws.manifest.source}; importing {self.source} would replace its items. "
                "Import it under another name."
            )

    def _check_same_items(self, ws: Workspace) -> None:
        """An update keeps to what the items are."""
        if self.crops and not ws.manifest.crops:
            raise WorkspaceError(
                f"{ws.name} holds whole pictures; with their boxes as items it would lose them. Import the boxes under "
                "another name."
            )

    def _check_same_images(self, ws: Workspace, incoming: Incoming) -> None:
        """Items that stay need their images to stay where they are."""
        root = ws.path / FILES if incoming.staged else incoming.file_root
        if self.keep and ws.dataset().has_images and root.resolve() != ws.image_root.resolve():
            raise WorkspaceError(f"{ws.name} has its images in {ws.image_root}; it cannot take others from {root}.")


def _items_there(ws: Workspace, keep: bool) -> Dataset | None:
    """The items before an update; None when they are damaged and none has to be kept: the source then has them all."""
    try:
        return ws.dataset()
    except WorkspaceError:
        if keep:
            raise
        return None


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder for files on their way in, on the same disk, gone afterwards; so are those that a kill left behind."""
    for left in folder.glob(".incoming-*"):
        shutil.rmtree(left, ignore_errors=True)
    staging = folder / f".incoming-{secrets.token_hex(4)}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_files(staging: Path, files: Path) -> None:
    """Move what was unpacked to `files`, each file in one step, over older ones of the same name."""
    files.mkdir(exist_ok=True)
    for parent, _, names in os.walk(staging):
        folder = files / Path(parent).relative_to(staging)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.replace(Path(parent) / name, folder / name)


def _not_there(files: pa.Table) -> list[str]:
    missing: list[str] = files.filter(pc.starts_with(files.column("reason"), NO_FILE)).column("path").to_pylist()
    return missing


def _renamed(incoming: Incoming, others: dict[str, str]) -> Incoming:
    """The same with the paths as the files are called."""
    paths = incoming.table.column(PATH)
    found = pa.array(list(others.values()), pa.string())
    places = pc.index_in(paths, value_set=pa.array(list(others), pa.string())).combine_chunks()
    renamed = pc.coalesce(found.take(places), paths.combine_chunks())
    table = incoming.table.set_column(incoming.table.column_names.index(PATH), PATH, pa.chunked_array([renamed]))
    note = f"{counted(len(others), 'path')} {differently(others.items())}."
    return replace(incoming, table=table, notes=(*incoming.notes, note))


def _drop_missing(incoming: Incoming, files: pa.Table, what: str) -> Incoming:
    """Move items whose image cannot be used to `skipped`; InputError when none is left."""
    bad = files.filter(pc.not_equal(files.column("reason"), ""))
    if not bad.num_rows:
        return incoming
    places = pc.index_in(incoming.table.column(PATH), value_set=bad.column("path").combine_chunks()).combine_chunks()
    missing: Mask = np.asarray(pc.is_valid(places).to_numpy(zero_copy_only=False))
    lines = incoming.table.select([ID, PATH]).filter(pa.array(missing)).to_pylist()
    reasons = bad.column("reason").take(places.drop_null()).to_pylist()
    skipped = tuple((line[ID], line[PATH], reason) for line, reason in zip(lines, reasons, strict=True))
    if missing.all():
        raise InputError(
            f"{what}: expected images that are there; of {len(missing)} none can be used, the first is "
            f"{skipped[0][1]!r}: {skipped[0][2]}."
        )
    return replace(incoming.keep(~missing), skipped=(*incoming.skipped, *skipped))


def _hashed(table: pa.Table, files: pa.Table, before: Dataset | None = None) -> pa.Table:
    """Add the column `hash`, after id, path and text; `before`: the items that there are."""
    places = pc.index_in(table.column(PATH), value_set=files.column("path").combine_chunks())
    images = pc.fill_null(files.column("hash").take(places.combine_chunks()), "")
    hashes = item_hashes(images, table.column(TEXT), before.table if before else None)
    attributes = [name for name in table.column_names if name not in RESERVED]
    return table.append_column(HASH, hashes).select([*RESERVED, *attributes])
