"""Data sets of the Hugging Face hub by name: hf:user/name, hf:user/name@revision, hf:user/name/folder@revision.

Their data files are fetched, never a script, checked by hash and kept in the hub's cache; a folder of the home holds
them as of one commit, and is imported as any folder is.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress
from explorer.base.settings import home
from explorer.encoders.fetching import MB, fetch_listing
from explorer.encoders.hub import DATASET, Listing, blob_path, is_offline, list_data_set
from explorer.io.atomic import atomic_folder
from explorer.io.copying import link_or_copy
from explorer.io.hub_origin import COMMIT, NAME, ORIGIN, REPO, origin_of, write_origin
from explorer.io.images import is_image_name
from explorer.io.table_names import is_table_name
from explorer.io.tar import is_tar_name
from explorer.io.text import counted

START = "hf:"
FORM = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)(?P<folder>(/[^/@\s]+)*)(@(?P<revision>\S+))?")
CONVERTED = "refs/convert/parquet"  # where the hub keeps most data sets as Parquet files
SAVED = ("dataset_dict.json", "dataset_info.json", "state.json")
BESIDE = (".txt", ".caption", ".npy")
FOLDERS = "hub_sets"


@dataclass(frozen=True)
class HubSet:
    """A data set by name. revision: branch, tag or commit, "" for main; folder: that alone of it, "" for all."""

    repo: str
    revision: str = ""
    folder: str = ""

    def __str__(self) -> str:
        """The name as people give it."""
        return (
            START
            + self.repo
            + (f"/{self.folder}" if self.folder else "")
            + (f"@{self.revision}" if self.revision else "")
        )


def is_hub_name(source: str | Path) -> bool:
    """True for what begins like the name of a data set on the hub."""
    return str(source).startswith(START)


def hub_set(source: str | Path) -> HubSet:
    """The data set of a name; InputError with the forms that there are."""
    text = source if isinstance(source, str) else source.as_posix()
    found = FORM.fullmatch(text)
    if found is None or {".", ".."} & set(text.removeprefix(START).partition("@")[0].split("/")):
        raise InputError(f"Expected hf:user/name, hf:user/name/folder or hf:user/name@revision, got {text[:80]!r}.")
    return HubSet(found["repo"], found["revision"] or "", found["folder"].strip("/"))


def look(wanted: HubSet) -> Listing:
    """The data files of a set as they are on the hub now, those of its own or as the hub has turned them to Parquet.

    Raises InputError when the hub cannot be reached, does not know it, or there are no files that can be read.
    """
    if is_offline():
        raise InputError(
            f"hf:{wanted.repo}: HF_HUB_OFFLINE says that the hub is not to be asked. Give a folder instead."
        )
    own = _listed(wanted, wanted.revision or None)
    chosen = _chosen(own, wanted.folder)
    if not chosen.files and not wanted.revision:
        with suppress(InputError):
            chosen = _chosen(_listed(wanted, CONVERTED), wanted.folder)
    if chosen.files:
        return chosen
    there = ", ".join(sorted(one.name for one in own.files)[:5]) or "none"
    where = f" in the folder {wanted.folder!r}" if wanted.folder else ""
    raise InputError(f"hf:{wanted.repo}: expected tables, tars or pictures{where}; its files are {there}.")


def size_words(listing: Listing) -> str:
    """What a download brings, in words."""
    held = counted(len(listing.files), "file")
    return f"{listing.repo} on the Hugging Face hub, state {listing.commit[:7]}: {held}, {listing.size / MB:,.1f} MB"


def fetch_set(wanted: HubSet, listing: Listing, progress: Progress) -> Path:
    """Bring the files of `look` here; return the folder that holds them, and what they are in `.hub.json`.

    Raises InputError as of `encoders.fetching.fetch`; what has come is kept and the next call goes on from there.
    """
    folder = _folder(wanted)
    if origin_of(folder).get(COMMIT) == listing.commit and all((folder / one.name).is_file() for one in listing.files):
        return folder
    try:
        fetch_listing(listing, listing.repo, progress)
    except ModelError as error:
        raise InputError(f"hf:{wanted.repo}: {error}") from error
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_folder(folder, replace=True) as temporary:
        for file in listing.files:
            (temporary / file.name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(blob_path(listing, file), temporary / file.name)
        write_origin(temporary, _told(wanted, listing))
    return folder


def _folder(wanted: HubSet) -> Path:
    """One for each name, so that an update finds the collection that was made from it."""
    user, _, name = wanted.repo.partition("/")
    parts = [part for part in (name, wanted.revision, wanted.folder) if part]
    return home() / FOLDERS / user / re.sub(r"[^\w.-]+", "-", " ".join(parts)).strip(".")


def _told(wanted: HubSet, listing: Listing) -> dict[str, object]:
    files = {one.name: {"size": one.size, "hash": one.digest} for one in listing.files}
    fetched = datetime.now(UTC).isoformat(timespec="seconds")
    return {REPO: listing.repo, COMMIT: listing.commit, NAME: str(wanted), "fetched": fetched, "files": files}


def _listed(wanted: HubSet, revision: str | None) -> Listing:
    try:
        return list_data_set(wanted.repo, revision)
    except ModelError as error:
        raise InputError(f"hf:{wanted.repo}: {str(error).replace('The model hub', 'The hub')}") from error


def _chosen(listing: Listing, folder: str) -> Listing:
    """The files that hold data: of save_to_disk, else tars, else Parquet, else pictures and tables."""
    files = [one for one in listing.files if _is_plain(one.name) and (not folder or one.name.startswith(f"{folder}/"))]
    names = [one.name for one in files]
    wanted = set(_data_files(names))
    return replace(listing, files=tuple(one for one in files if one.name in wanted), kind=DATASET)


def _data_files(names: Iterable[str]) -> list[str]:
    names = list(names)
    saved = [name for name in names if name.endswith(".arrow") or PurePosixPath(name).name in SAVED]
    if any(name.endswith("state.json") for name in saved):
        return saved
    parquet = [name for name in names if name.endswith(".parquet")]
    if tars := [name for name in names if is_tar_name(name)]:
        return [*tars, *parquet]
    pictures = [name for name in names if is_image_name(name)]
    if parquet and not pictures:
        return parquet
    tables = [name for name in names if is_table_name(name) and PurePosixPath(name).name not in SAVED]
    return [*pictures, *tables, *(name for name in names if pictures and name.endswith(BESIDE))]


def _is_plain(name: str) -> bool:
    """Whether a name from the hub is a path that can be written below a folder, and no hidden one."""
    parts = PurePosixPath(name).parts
    odd = "\\" in name or ":" in name or "\0" in name or PurePosixPath(name).is_absolute()
    return not odd and bool(parts) and ORIGIN not in parts and not any(part.startswith(".") for part in parts)
