"""Fetching a model of the short list: goes on where it stopped, checked by hash, never half there.

The hub's own client (huggingface_hub 2.4) throws away what has come when a download breaks off, checks the size alone
and only warns of a full disk; open_clip then asks for an older file in its place. So this fetches and checks the
files, and puts them where both look for them.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.base.errors import ModelError
from explorer.base.progress import Progress, Silent
from explorer.base.settings import home
from explorer.encoders.hub import (
    PART,
    HubFile,
    Listing,
    blob_path,
    endpoint,
    is_here,
    link_into_cache,
    list_files,
    repo_folder,
)
from explorer.encoders.recommended import Recommended, known
from explorer.io.atomic import clear_disk_errors, read_json, write_json
from explorer.io.locks import exclusive

if TYPE_CHECKING:
    from httpx2 import Response

TRIES, WAIT_S, TIMEOUT_S = 4, 1.0, 20.0
MB = 1_000_000
SPARE = 200 * MB
"""Bytes that stay free on the disk."""
RECORD = "fetched_models.json"
Advance = Callable[[int], None]


@dataclass(frozen=True)
class Fetched:
    """What was done. bytes: that came now; already: those that were there from before; commit: the state on the hub."""

    commit: str
    bytes: int
    already: int

    def __str__(self) -> str:
        """In words."""
        before = f", {self.already / MB:,.0f} MB were here already" if self.already else ""
        return f"{self.bytes / MB:,.0f} MB fetched{before}; checked by hash (state {self.commit[:7]})"


def ensure_here(spec: str, progress: Progress | None = None) -> None:
    """Fetch a model of the short list when it is not here yet; all others are left to the library that loads them."""
    model = known(spec)
    if model is not None and not is_here(model):
        fetch(model, progress)


def fetch(model: Recommended, progress: Progress | None = None) -> Fetched:
    """Bring the files of a model into the hub's cache, with progress in megabytes.

    Raises ModelError, with what to do, when the hub cannot be reached, the disk is too small, the line breaks off (what
    came is kept) or the bytes are not those that the hub means (they are removed); Cancelled when `progress` says so.
    """
    progress = progress or Silent()
    if model.built_in:
        return Fetched("", 0, 0)
    listing = list_files(model.repo, model.files)
    if model.weights not in [one.name for one in listing.files]:
        raise ModelError(f"The hub has no {model.weights} in {model.repo} any more. Choose another model.")
    fetched = fetch_listing(listing, model.title, progress)
    _record(model, listing)
    return fetched


def fetch_listing(listing: Listing, title: str, progress: Progress) -> Fetched:
    """Bring the files of a listing into the hub's cache; errors as of `fetch`."""
    folder = repo_folder(listing.repo, listing.kind)
    with _alone(listing, title), clear_disk_errors(folder, "has no room left. Free some space."):
        already = sum(_held(listing, one) for one in listing.files)
        _check_room(listing, already)
        progress.start(f"Downloading {title}, in MB", max(listing.size // MB, 1))
        _fetch_all(listing, progress)
        progress.finish()
        link_into_cache(listing)
    return Fetched(listing.commit, listing.size - already, already)


def _fetch_all(listing: Listing, progress: Progress) -> None:
    done = 0
    for file in listing.files:
        blob = blob_path(listing, file)
        if not blob.is_file():
            _Download(listing, file, partial(_tell, progress, done)).run()
        done += file.size
        progress.advance(done // MB)


def _tell(progress: Progress, before: int, now: int) -> None:
    progress.advance((before + now) // MB)


@contextmanager
def _alone(listing: Listing, title: str) -> Iterator[None]:
    """Be the only one who fetches this here."""
    blobs = repo_folder(listing.repo, listing.kind) / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    try:
        with exclusive(blobs.parent / ".explorer.lock", wait=False):
            yield
    except BlockingIOError as error:
        raise ModelError(f"{title} is being downloaded already. Wait until that has ended.") from error


def _held(listing: Listing, file: HubFile) -> int:
    """Bytes of a file that are here, whole or in part."""
    blob = blob_path(listing, file)
    part = _part(blob)
    return file.size if blob.is_file() else part.stat().st_size if part.is_file() else 0


def _part(blob: Path) -> Path:
    return blob.with_name(blob.name + PART)


def _check_room(listing: Listing, already: int) -> None:
    """ModelError when the files do not fit on the disk."""
    folder = repo_folder(listing.repo, listing.kind)
    wanted, free = listing.size - already, shutil.disk_usage(folder).free
    if wanted + SPARE > free:
        raise ModelError(
            f"The disk is too small: the download needs {wanted / MB:,.0f} MB and {SPARE / MB:,.0f} MB to spare, and "
            f"{folder.parent} has {free / MB:,.0f} MB free. Free some space, or let HF_HOME name a folder elsewhere."
        )


class _Download:
    """One file of a listing. advance: told how many bytes of it are here."""

    def __init__(self, listing: Listing, file: HubFile, advance: Advance) -> None:
        self.listing, self.file, self.advance = listing, file, advance
        self.blob = blob_path(listing, file)
        self.part = _part(self.blob)

    def run(self) -> None:
        """Fetch what is missing, check it and give it its name."""
        left = TRIES
        while (before := self._size()) < self.file.size:
            problem = self._go_on()
            left = TRIES if self._size() > before else left - 1
            if problem and left <= 0:
                raise ModelError(
                    f"The download of {self.file.name} broke off after {self._size() / MB:,.0f} of "
                    f"{self.file.size / MB:,.0f} MB ({problem}). What came is kept; start it again to go on."
                )
            if problem:
                time.sleep(WAIT_S)
        self.part.touch()
        self._check()
        self.part.replace(self.blob)

    def _go_on(self) -> str:
        """Add to the part what the hub sends; returns why that ended too early, "" when it did not."""
        import httpx2

        try:
            with self._request() as response:
                if response.status_code not in (200, 206):
                    return f"the hub answers {response.status_code}"
                self._write(response, anew=response.status_code == 200)
        except httpx2.HTTPError as error:
            return str(error) or type(error).__name__
        return "" if self._size() >= self.file.size else "the connection ended early"

    @contextmanager
    def _request(self) -> "Iterator[Response]":
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        repo, kind, commit = self.listing.repo, self.listing.kind, self.listing.commit
        url = hf_hub_url(repo, self.file.name, repo_type=kind, revision=commit, endpoint=endpoint())
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if start := self._size():
            headers["Range"] = f"bytes={start}-"
        with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as response:
            yield response

    def _write(self, response: "Response", *, anew: bool) -> None:
        """Append the body, or begin again where the hub sends all of it; no byte more than the file has."""
        with self.part.open("wb" if anew else "ab") as file:
            size = file.tell()
            for chunk in response.iter_bytes():
                file.write(chunk[: self.file.size - size])
                size = min(size + len(chunk), self.file.size)
                self.advance(size)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.is_file() else 0

    def _check(self) -> None:
        found = self.file.found(self.part)
        if found != self.file.digest:
            self.part.unlink()
            raise ModelError(
                f"{self.file.name} arrived damaged: expected the hash {self.file.digest}, got {found}. It was removed "
                "and nothing of it is used. Start it again; when it comes damaged again, something between here and "
                "the hub changes files (a proxy, a virus scanner): fetch it over another network."
            )


def _record(model: Recommended, listing: Listing) -> None:
    """Keep in the home what was fetched when, with its hashes."""
    path = home() / RECORD
    told = dict(read_json(path)) if path.is_file() else {}
    told[model.spec] = {
        "repo": listing.repo,
        "commit": listing.commit,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {one.name: {"size": one.size, "hash": one.digest} for one in listing.files},
    }
    write_json(path, told)
