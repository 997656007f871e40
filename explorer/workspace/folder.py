"""A workspace: one folder a data set, with everything that was made from it (`layout` tells what lies where)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import ExplorerError, InputError, NotThere, WorkspaceError
from explorer.base.versions import file_stamp, joint_stamp
from explorer.io.atomic import TEMPORARY, atomic_folder, read_json, write_json
from explorer.io.dataset_store import DATASET, open_dataset, save_dataset
from explorer.io.embedding_store import load_embeddings
from explorer.io.locks import exclusive
from explorer.io.paths import resolve_below
from explorer.workspace.finding import workspace_folder
from explorer.workspace.layout import FILES, JUDGMENTS, LOCK, MANIFEST, folder_of, is_workspace

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What `manifest.json` holds.

    kind: "folder", "zip", "table", "hf" or "demo"; image_root: absolute, or "" for the workspace's own files/;
    version: grows with each import; columns: which column was what, as `Columns.to_dict`; linked: real folders outside
    the image root that links in it led the import to.
    """

    schema: int
    name: str
    kind: str
    image_root: str
    source: str
    created: str
    version: int
    count: int
    columns: dict[str, Any]
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkspaceSummary:
    """A line of the list of workspaces; `error` says why it cannot be opened, "" when it can."""

    path: Path
    name: str
    count: int
    error: str


class Workspace:
    """An open workspace; make one with `Workspace.open` or `create_workspace`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._opened: tuple[str, Dataset] | None = None

    @classmethod
    def open(cls, path: Path | str) -> "Workspace":
        """Open the workspace at `path`; WorkspaceError when it is none, is damaged, or is of a newer version."""
        path = Path(path).absolute()
        if not is_workspace(path):
            raise NotThere(
                f"{path} is not a workspace: expected a folder with a {MANIFEST}. Make one with `explorer import`."
            )
        return cls(path, _read_manifest(path))

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.manifest.name

    @property
    def image_root(self) -> Path:
        """The folder that the image paths of the data set are relative to."""
        return Path(self.manifest.image_root) if self.manifest.image_root else self.path / FILES

    def dataset(self) -> Dataset:
        """The items, memory-mapped; the same object until the data set changes."""
        stamp = file_stamp(self.path / DATASET)
        if self._opened is None or self._opened[0] != stamp:
            self._opened = (stamp, open_dataset(self.path))
        return self._opened[1]

    def image_path(self, item: int | str) -> Path:
        """Path of an item's image, by row number or by its path below the image root.

        Raises InputError when the item has no image or the path leaves the image root.
        """
        relative = item if isinstance(item, str) else str(self.dataset().table.column("path")[int(item)].as_py())
        if not relative:
            raise InputError(f"The item in row {item} has no image.")
        return resolve_below(self.image_root, relative, map(Path, self.manifest.linked))

    def embeddings(self, encoder: str) -> Embeddings:
        """Vectors of the items under `encoder`; WorkspaceError when there are none or they are out of date."""
        folder = self.folder("embeddings", encoder)
        if not (folder / MANIFEST).is_file():
            raise WorkspaceError(f"{self.name} has no embeddings of {encoder}: run `explorer embed --model {encoder}`.")
        return load_embeddings(folder, self.dataset().ids_hash)

    def encoders(self) -> list[str]:
        """Encoders with finished embeddings, the oldest first."""
        found = []
        for path in self.folder("embeddings").glob(f"*/{MANIFEST}"):
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
        """[created, ids_hash] of the embeddings: other ones whenever they are written."""
        made = self.manifest_of("embeddings", encoder)
        return [made.get("created"), made.get("ids_hash")]

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
        """A short string that changes whenever data set, embeddings, index, map or pixels change: the key of caches."""
        paths = [self.path / DATASET, self.path / MANIFEST, self.folder("pictures") / MANIFEST]
        for kind in ("embeddings", "indexes", "maps"):
            paths += sorted(self.folder(kind).glob(f"*/{MANIFEST}"))
        return joint_stamp(paths)

    def replace_dataset(self, dataset: Dataset, **changes: Any) -> "Workspace":
        """Write a new state of the data set and the manifest with `changes`; return the workspace opened anew."""
        save_dataset(self.path, dataset)
        manifest = replace(self.manifest, count=len(dataset), version=self.manifest.version + 1, **changes)
        write_json(self.path / MANIFEST, asdict(manifest))
        return Workspace(self.path, manifest)


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
) -> None:
    """Write data set and manifest into the new `folder`."""
    save_dataset(folder, dataset)
    manifest = Manifest(
        schema=SCHEMA,
        name=name,
        kind=kind,
        image_root=str(image_root.absolute()) if image_root else "",
        source=source,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=1,
        count=len(dataset),
        columns=columns or {},
        linked=linked,
    )
    write_json(folder / MANIFEST, asdict(manifest))


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
        manifest = _read_manifest(folder)
    except ExplorerError as error:
        return WorkspaceSummary(folder, folder.name, 0, str(error))
    return WorkspaceSummary(folder, manifest.name, manifest.count, "")


def _read_manifest(folder: Path) -> Manifest:
    values = read_json(folder / MANIFEST)
    schema = values.get("schema") if isinstance(values, dict) else None
    if not isinstance(schema, int):
        raise WorkspaceError(f"{folder} is not a workspace: its {MANIFEST} has no schema version.")
    if schema > SCHEMA:
        raise WorkspaceError(
            f"{folder} has schema version {schema}, this program reads up to {SCHEMA}: upgrade Similarity Explorer."
        )
    names = [field.name for field in fields(Manifest) if field.default is MISSING]
    missing = [name for name in names if name not in values]
    if missing:
        raise WorkspaceError(f"{folder / MANIFEST} is damaged: {', '.join(missing)} is missing.")
    return Manifest(**{name: values[name] for name in names}, linked=tuple(values.get("linked", ())))
