"""What the Hugging Face hub says of the files of a model or a data set, and its cache on this computer.

Other programs look there too: models--<org>--<name>/blobs/<hash> (datasets--… of a data set), snapshots/<commit>/<file>
that link to them, refs/main with the commit.
"""

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha1
from pathlib import Path
from typing import Any

from explorer.base.errors import ModelError
from explorer.encoders.recommended import Recommended
from explorer.io.atomic import atomic_write

MAIN, PART = "main", ".explorer.incomplete"
MODEL, DATASET = "model", "dataset"
HASH = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
UNREACHABLE = (
    "The model hub cannot be reached ({why}): is there a network? What has come so far is kept; start it again to go "
    "on. Without a network: bring the files in the cache folder {cache} of a computer that has them."
)


@dataclass(frozen=True)
class HubFile:
    """A file on the hub. size: bytes; digest: what names its content there: a sha256 (64 digits), of small files git's
    own hash (40 digits).
    """

    name: str
    size: int
    digest: str

    def found(self, path: Path) -> str:
        """The hash of the bytes in `path`, made as the hub made its own."""
        with path.open("rb") as file:
            if len(self.digest) == 64:
                return file_digest(file, "sha256").hexdigest()
            content = file.read()
        return sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass(frozen=True)
class Listing:
    """The files of one state of a repository. kind: "model" or "dataset"."""

    repo: str
    commit: str
    files: tuple[HubFile, ...]
    kind: str = MODEL

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.files)


def cache_root() -> Path:
    """Where the hub's clients keep what they fetch: HF_HUB_CACHE, below HF_HOME."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def endpoint() -> str:
    """The hub's address."""
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def is_offline() -> bool:
    """Whether the user has said, by HF_HUB_OFFLINE, that the hub is not to be asked."""
    from huggingface_hub import constants

    return bool(constants.is_offline_mode())


def repo_folder(repo: str, kind: str = MODEL) -> Path:
    """Folder of a repository in the cache."""
    return cache_root() / f"{kind}s--{repo.replace('/', '--')}"


def cached(repo: str, name: str) -> Path | None:
    """The file in the cache, of the state last fetched; None when it is not there."""
    folder = repo_folder(repo)
    with suppress(OSError):
        commit = (folder / "refs" / MAIN).read_text(encoding="utf-8").strip()
        path = folder / "snapshots" / commit / name
        return path if path.is_file() else None
    return None


def is_here(model: Recommended) -> bool:
    """Whether a model can be used without a network: it is built in, or its weights and modules are in the cache."""
    if model.built_in:
        return True
    needed = [name for name in model.files if name in (model.weights, "tokenizer.json", "modules.json", "config.json")]
    return all(cached(model.repo, name) for name in needed)


def list_files(repo: str, wanted: Sequence[str]) -> Listing:
    """Those of the `wanted` files that the repository has now; ModelError when the hub cannot be asked."""
    commit, files = _asked(repo, MODEL, None)
    by_name = {one.rfilename: one for one in files}
    return Listing(repo, commit, tuple(_file(by_name[name], repo) for name in wanted if name in by_name))


def list_data_set(repo: str, revision: str | None = None) -> Listing:
    """All files of a data set as of a revision, of main when None; ModelError when the hub cannot be asked."""
    commit, files = _asked(repo, DATASET, revision)
    return Listing(repo, commit, tuple(_file(one, repo) for one in files), DATASET)


def _asked(repo: str, kind: str, revision: str | None) -> tuple[str, list[Any]]:
    """(The commit, what the hub says of each file)."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

    api = HfApi(endpoint=endpoint())
    try:
        told: Any = api.repo_info(repo, repo_type=kind, revision=revision, files_metadata=True, timeout=20)
    except RevisionNotFoundError as error:
        raise ModelError(f"The hub has no revision {revision!r} of {repo}.") from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"The hub does not give {repo}: it is gone, or asks for a login (`hf auth login`).") from error
    except HfHubHTTPError as error:
        raise unreachable(f"it answers {error.response.status_code}") from error
    except Exception as error:  # the client's own errors, and those of whatever carries its requests
        raise unreachable(type(error).__name__) from error
    return _hash(told.sha, repo), list(told.siblings or ())


def _file(told: Any, repo: str) -> HubFile:
    digest = told.lfs.sha256 if told.lfs else told.blob_id
    return HubFile(told.rfilename, int(told.size or 0), _hash(digest, repo))


def _hash(value: object, repo: str) -> str:
    """`value` when it is a hash, since it names files here; ModelError otherwise."""
    if not HASH.fullmatch(str(value)):
        raise ModelError(f"The hub’s answer about {repo} cannot be used: expected a hash, got {str(value)[:60]!r}.")
    return str(value)


def unreachable(why: str) -> ModelError:
    """The error for a hub that does not answer."""
    return ModelError(UNREACHABLE.format(why=why, cache=cache_root()))


def blob_path(listing: Listing, file: HubFile) -> Path:
    """Where the bytes of a file lie in the cache."""
    return repo_folder(listing.repo, listing.kind) / "blobs" / file.digest


def link_into_cache(listing: Listing) -> None:
    """Let this state of the repository be what the hub's clients find; all blobs are there already."""
    folder = repo_folder(listing.repo, listing.kind)
    for file in listing.files:
        pointer = folder / "snapshots" / listing.commit / file.name
        if not pointer.is_file():
            pointer.parent.mkdir(parents=True, exist_ok=True)
            pointer.unlink(missing_ok=True)
            _link(blob_path(listing, file), pointer)
    with atomic_write(folder / "refs" / MAIN) as temporary:
        temporary.write_text(listing.commit, encoding="utf-8")


def _link(blob: Path, pointer: Path) -> None:
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except (OSError, NotImplementedError):  # a file system without links
        shutil.copy(blob, pointer)
