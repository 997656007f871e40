"""A workspace: one folder a data set, with everything that was made from it (`layout` tells what lies where)."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.arrays import Rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import ExplorerError, InputError, NotThere, WorkspaceError
from explorer.base.versions import file_stamp, joint_stamp
from explorer.io.atomic import atomic_folder, read_json
from explorer.io.dataset_store import open_dataset
from explorer.io.embedding_store import load_embeddings
from explorer.io.leftovers import TEMPORARY
from explorer.io.locks import exclusive
from explorer.io.paths import files_below, resolve_below
from explorer.io.sums import steadily
from explorer.workspace.changed import changed_rows
from explorer.workspace.finding import workspace_folder
from explorer.workspace.layout import (
    FILES,
    JUDGMENTS,
    LOCK,
    MANIFEST,
    folder_of,
    is_workspace,
    manifest_stamp,
)
from explorer.workspace.manifest import SCHEMA, Manifest, read_manifest, with_dataset, write_manifest


@dataclass(frozen=True)
class WorkspaceSummary:
    """A line of the list of workspaces; `error` says why it cannot be opened, "" when it can."""

    path: Path
    name: str
    count: int
    error: str


class Workspace:
    """An open workspace; make one with `Workspace.open` or `create_workspace`."""

    def __init__(self, path: Path, manifest: Manifest, stamp: str) -> None:
        self.path = path
        self.manifest = manifest
        self._stamp = stamp  # of the manifest's file, taken before it was read: never newer than what was read
        self._opened: tuple[str, Dataset] | None = None
        self._changed: dict[str, tuple[str, Rows]] = {}
        self._pinned = False

    @classmethod
    def open(cls, path: Path | str) -> "Workspace":
        """Open the workspace at `path`; WorkspaceError when it is none, is damaged, or is of a newer version."""
        path = Path(path).absolute()
        if not is_workspace(path):
            raise NotThere(
                f"{path} is not a workspace: expected a folder with a {MANIFEST}. Make one with `explorer import`."
            )
        stamp = manifest_stamp(path)
        return cls(path, read_manifest(path), stamp)

    def pin(self) -> "Workspace":
        """Stay with this state of the data set, whoever imports meanwhile; return the workspace itself."""
        self._pinned = True
        return self

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.manifest.name

    @property
    def image_root(self) -> Path:
        """The folder that the image paths of the data set are relative to."""
        return Path(self.manifest.image_root) if self.manifest.image_root else self.path / FILES

    def dataset(self) -> Dataset:
        """The items, memory-mapped; the same object until the data set changes, or for good when pinned."""
        if self._pinned and self._opened is not None:
            return self._opened[1]
        return steadily(self.path, MANIFEST, self._present_dataset)

    def _present_dataset(self) -> Dataset:
        self._follow()
        source = self.path / self.manifest.dataset
        stamp = f"{source.name} {self.manifest.dataset_digest or file_stamp(source)}"
        if self._opened is None or self._opened[0] != stamp:
            self._opened = (stamp, open_dataset(source, self.manifest.dataset_sum))
        return self._opened[1]

    def _follow(self) -> None:
        """Read the manifest again when another one took its place."""
        stamp = manifest_stamp(self.path)
        if stamp != self._stamp:
            self.manifest, self._stamp = read_manifest(self.path), stamp

    def image_path(self, item: int | str) -> Path:
        """Path of an item's image, by row number or by its path below the image root.

        Raises InputError when the item has no image or the path leaves the image root.
        """
        relative = item if isinstance(item, str) else str(self.dataset().table.column("path")[int(item)].as_py())
        if not relative:
            raise InputError(f"The item in row {item} has no image.")
        return resolve_below(self.image_root, relative, map(Path, self.manifest.linked))

    def images_there(self, paths: Iterable[str]) -> list[bool]:
        """Whether each image is there, by its path below the image root; False for one that leaves it."""
        return files_below(self.image_root, paths, map(Path, self.manifest.linked))

    def embeddings(self, encoder: str) -> Embeddings:
        """Vectors of the items under `encoder`; WorkspaceError when there are none or they are out of date.

        An item whose content has changed since has none: the old vector is not its own any more.
        """
        folder, dataset = self.folder("embeddings", encoder), self.dataset()
        if not (folder / MANIFEST).is_file():
            raise WorkspaceError(f"{self.name} has no embeddings of {encoder}: run `explorer embed --model {encoder}`.")
        return steadily(folder, MANIFEST, lambda: load_embeddings(folder, dataset.ids_hash, self.changed_rows(encoder)))

    def changed_rows(self, encoder: str) -> Rows:
        """(k,) rows of items that have changed since `encoder` looked at them; none where it has not, or is damaged."""
        folder, dataset = self.folder("embeddings", encoder), self.dataset()
        stamp = f"{file_stamp(folder / MANIFEST)} {dataset.content_hash}"
        known = self._changed.get(encoder)
        if known is None or known[0] != stamp:
            known = self._changed[encoder] = (stamp, changed_rows(dataset, folder))
        return known[1]

    def encoders(self) -> list[str]:
        """Encoders with finished embeddings, the oldest first; those whose manifest is damaged are not among them."""
        found = []
        for path in self.folder("embeddings").glob(f"*/{MANIFEST}"):
            with suppress(WorkspaceError, AttributeError, KeyError):
                if not path.parent.name.startswith("."):
                    manifest = read_json(path)
                    found.append((str(manifest.get("created", "")), str(manifest["encoder"])))
        return [encoder for _, encoder in sorted(found)]

    def folder(self, kind: str, name: str = "") -> Path:
        """Where things of `kind` (see `layout.FOLDERS`) lie for `name`, such as an encoder."""
        return folder_of(self.path, kind, name)

    def manifest_of(self, kind: str, name: str) -> dict[str, Any]:
        """What the manifest of a derived folder says, {} when there is none; WorkspaceError when it is damaged."""
        path = self.folder(kind, name) / MANIFEST
        return dict(read_json(path)) if path.is_file() else {}

    def embeddings_stamp(self, encoder: str) -> list[Any]:
        """[created, ids_hash] of the embeddings, and the content of the items where that has changed since.

        Another one whenever they are written, or an item changes.
        """
        made = self.manifest_of("embeddings", encoder)
        stamp = [made.get("created"), made.get("ids_hash")]
        return [*stamp, self.dataset().content_hash] if made and len(self.changed_rows(encoder)) else stamp

    @property
    def judgments(self) -> Path:
        """The file of people's judgments; precious."""
        return self.path / JUDGMENTS

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; WorkspaceError at once when another process (or another part of this one) is writing."""
        with ExitStack() as held:
            try:
                held.enter_context(exclusive(self.path / LOCK, wait=False))
            except BlockingIOError as error:
                raise WorkspaceError(
                    f"Another process is writing to {self.name}: wait until it is done, or cancel it."
                ) from error
            yield

    @property
    def key(self) -> str:
        """The key of caches: a short string that changes when items, vectors, index, map, hubs, layers or pixels do."""
        paths = [self.path / self.manifest.dataset, self.folder("pictures") / MANIFEST]
        for kind in ("embeddings", "indexes", "maps", "hubs", "layers"):
            paths += sorted(self.folder(kind).glob(f"*/{MANIFEST}"))
        return joint_stamp(paths, self._stamp)

    def replace_dataset(self, dataset: Dataset, **changes: Any) -> "Workspace":
        """Write a new state of the data set and the manifest with `changes`; return the workspace opened anew.

        There is one moment at which all of it counts: when the manifest takes the place of the old one. WorkspaceError
        where the workspace is pinned and somebody else has changed the data set meanwhile.
        """
        if self._pinned and manifest_stamp(self.path) != self._stamp:
            raise WorkspaceError(f"The data set of {self.name} has changed meanwhile. Try again.")
        self._follow()
        version = self.manifest.version + 1
        manifest = with_dataset(replace(self.manifest, version=version, **changes), self.path, dataset)
        write_manifest(self.path, manifest)
        return Workspace.open(self.path)


def create_workspace(
    path: Path,
    name: str,
    dataset: Dataset,
    *,
    image_root: Path | None,
    source: str,
    kind: str,
    columns: dict[str, Any] | None = None,
) -> Workspace:
    """Make a workspace at `path`, which must not exist; there is either all of it or nothing.

    image_root: the folder of the images; None for the workspace's own files/.
    """
    path = Path(path).absolute()
    with atomic_folder(path, replace=False) as temporary:
        fill_workspace(temporary, name, dataset, image_root=image_root, source=source, kind=kind, columns=columns)
    return Workspace.open(path)


def fill_workspace(
    folder: Path,
    name: str,
    dataset: Dataset,
    *,
    image_root: Path | None,
    source: str,
    kind: str,
    columns: dict[str, Any] | None,
    linked: tuple[str, ...] = (),
    crops: bool = False,
) -> None:
    """Write data set and manifest into the new `folder`."""
    manifest = Manifest(
        schema=SCHEMA,
        name=name,
        kind=kind,
        image_root=str(image_root.absolute()) if image_root else "",
        source=source,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=1,
        count=0,
        columns=columns or {},
        linked=linked,
        crops=crops,
    )
    write_manifest(folder, with_dataset(manifest, folder, dataset))


def open_named(target: str) -> Workspace:
    """The workspace with this name, or in this folder; WorkspaceError when there is none."""
    if "/" in target or "\\" in target or is_workspace(Path(target)):
        return Workspace.open(Path(target).expanduser().resolve())
    return Workspace.open(workspace_folder(target))


def list_workspaces(root: Path) -> list[WorkspaceSummary]:
    """The workspaces directly in `root`, by name; those that cannot be opened carry the reason."""
    folders = [path.parent for path in Path(root).glob(f"*/{MANIFEST}") if not path.parent.name.startswith(TEMPORARY)]
    return sorted((_summary(folder) for folder in folders), key=lambda summary: summary.name.lower())


def _summary(folder: Path) -> WorkspaceSummary:
    try:
        manifest = read_manifest(folder)
    except ExplorerError as error:
        return WorkspaceSummary(folder, folder.name, 0, str(error))
    return WorkspaceSummary(folder, manifest.name, manifest.count, "")
