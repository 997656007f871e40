"""manifest.json of a workspace: what it is, and which file holds its data set. Writing it is the one commit point.

A new state of the data set is written under a name of its own first; the manifest that names it then takes the place
of the old one in one step. A kill at any moment leaves either state, never parts of both. A copy of the manifest lies
beside it, from which `explorer repair` brings back a damaged one.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from explorer.base.dataset import Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json, write_json
from explorer.io.dataset_store import DATASET, dataset_name, save_dataset
from explorer.io.sums import Sum
from explorer.workspace.layout import MANIFEST, MANIFEST_COPY

SCHEMA = 2


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What `manifest.json` holds.

    kind: "folder", "zip", "table", "hf" or "demo"; image_root: absolute, or "" for the workspace's own files/;
    version: grows with each import; columns: which column was what, as `Columns.to_dict`; linked: real folders outside
    the image root that links in it led the import to. dataset: name of the file that holds the items; dataset_size,
    dataset_digest: its `Sum`, -1 and "" where it was written before there were any. crops: the items are the boxes of
    the pictures in the source, cut out.
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
    dataset: str = DATASET
    dataset_size: int = -1
    dataset_digest: str = ""
    crops: bool = False

    @property
    def dataset_sum(self) -> Sum | None:
        """What the file of the data set has to be, None when that is not known."""
        return Sum(self.dataset_size, self.dataset_digest) if self.dataset_digest else None


def read_manifest(folder: Path, name: str = MANIFEST) -> Manifest:
    """The manifest of the workspace in `folder`; WorkspaceError when it is damaged, or of a version not known here."""
    path = folder / name
    values = read_json(path)
    schema = values.get("schema") if isinstance(values, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise WorkspaceError(f"{folder} is not a workspace: its {name} has no schema version.")
    if not 1 <= schema <= SCHEMA:
        raise WorkspaceError(
            f"{folder} has schema version {schema}, this program reads up to {SCHEMA}: upgrade Similarity Explorer."
        )
    for migrate in _MIGRATIONS[schema - 1 :]:
        values = migrate(values)
    _check(path, values)
    known = {field.name: values[field.name] for field in fields(Manifest) if field.name in values}
    return Manifest(**known | {"linked": tuple(map(str, known.get("linked", ())))})


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the one that counts; then what no manifest names any more goes."""
    values = asdict(manifest)
    write_json(folder / MANIFEST, values)
    write_json(folder / MANIFEST_COPY, values)
    for path in other_datasets(folder, manifest):
        with suppress(OSError):
            path.unlink()


def with_dataset(manifest: Manifest, folder: Path, dataset: Dataset) -> Manifest:
    """Write the data set under the name of the manifest's version; the manifest that names it, not written yet."""
    name = dataset_name(manifest.version)
    written = save_dataset(folder / name, dataset)
    return replace(manifest, count=len(dataset), dataset=name, dataset_size=written.size, dataset_digest=written.digest)


def other_datasets(folder: Path, manifest: Manifest) -> list[Path]:
    """Files of the data set that `manifest` does not name: of earlier states, or of one that never came to count."""
    found = [folder / DATASET, *folder.glob("dataset-*.parquet")]
    return [path for path in found if path.name != manifest.dataset and path.is_file()]


def _one_data_set(values: dict[str, Any]) -> dict[str, Any]:
    """1 to 2: the data set had one name."""
    return {"linked": [], **values, "schema": 2, "dataset": DATASET, "dataset_size": -1, "dataset_digest": ""}


_MIGRATIONS: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (_one_data_set,)
"""Numbered: the first leads from schema 1 to 2. Add at the end, never change one."""

_TEXTS = ("name", "kind", "image_root", "source", "created", "dataset", "dataset_digest")
_NUMBERS = ("version", "count", "dataset_size")


def _check(path: Path, values: dict[str, Any]) -> None:
    missing = [field.name for field in fields(Manifest) if field.default is MISSING and field.name not in values]
    if missing:
        raise WorkspaceError(f"{path} is damaged: {', '.join(missing)} is missing.")
    forms = {**dict.fromkeys(_TEXTS, str), **dict.fromkeys(_NUMBERS, int), "columns": dict, "linked": list}
    forms["crops"] = bool
    wrong = [name for name, form in forms.items() if name in values and not isinstance(values[name], form)]
    if not wrong and (named := str(values.get("dataset", DATASET))) != Path(named).name:
        wrong = ["dataset"]
    if wrong:
        raise WorkspaceError(f"{path} is damaged: {', '.join(wrong)} is not what a manifest holds there.")
