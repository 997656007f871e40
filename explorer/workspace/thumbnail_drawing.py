"""Thumbnails of all pictures of a workspace, drawn ahead of whoever will look at them.

They are the files that the app draws when one is asked for and missing. The work is cut into pieces for an executor;
what comes back is written here, picture by picture, so that a stop costs the pieces in work and nothing else.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import __version__ as pillow
from PIL import features

from explorer.base.arrays import check_choice
from explorer.base.dataset import HASH, PATH
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.executor import Cores, Executor
from explorer.base.progress import Progress, Silent, stop_on_terminate
from explorer.io.atomic import atomic_write
from explorer.io.image_places import ImageFolder, ImagePlace
from explorer.io.text import counted
from explorer.io.thumbnails import SIZES, kept_file, make_thumbnail
from explorer.workspace.folder import Workspace

SHOWN = (128, 256)
"""Sizes that the map, the list and the gallery ask for."""
PIECE = 16
WRITERS = 8  # files are synced to the disk together, five times as fast as one by one


@dataclass(frozen=True)
class Wanted:
    """A picture that lacks thumbnails. path: below the root; digest: of its content; sizes: in pixels, of those."""

    path: str
    digest: str
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """What came of it. files: WebP by size; reason: why there is none, "" if there is."""

    files: dict[int, bytes]
    reason: str = ""


@dataclass(frozen=True)
class ThumbnailReport:
    """Counts of pictures, items with equal content as one. skipped: (path, reason) of those that cannot be read."""

    drawn: int
    kept: int
    skipped: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """In words."""
        return f"{counted(self.drawn, 'picture')} drawn, {self.kept:,} kept, {len(self.skipped):,} skipped"


@dataclass(frozen=True)
class ThumbnailWorker:
    """Draws pieces of work wherever it runs; it needs the images, and no workspace. library: what makes the WebP."""

    images: ImagePlace
    library: str

    def loaded(self) -> "ThumbnailWorker":
        """The same; WorkspaceError when another library is here, which would draw other bytes."""
        if library() != self.library:
            raise WorkspaceError(
                f"A worker draws with {library()}, and the work was begun with {self.library}: install the same "
                "versions on all machines."
            )
        return self

    def __call__(self, piece: Sequence[Wanted]) -> list[Drawn]:
        """The thumbnails of each picture."""
        return [self._draw(one) for one in piece]

    def _draw(self, wanted: Wanted) -> Drawn:
        """Each size from the picture itself, as the app does for one: the bytes do not depend on what is there."""
        try:
            source = self.images.source(wanted.path)
            return Drawn({size: make_thumbnail(source, size, wanted.path) for size in wanted.sizes})
        except InputError as error:
            self.images.check()
            return Drawn({}, str(error))


def library() -> str:
    """The name and version of what makes thumbnails here."""
    return f"Pillow {pillow}, WebP {features.version('webp')}"


def draw_thumbnails(
    ws: Workspace,
    *,
    sizes: Sequence[int] = SHOWN,
    progress: Progress | None = None,
    executor: Executor | None = None,
    images: ImagePlace | None = None,
) -> ThumbnailReport:
    """Draw the thumbnails of `ws` that are missing; those of a picture that changed are, as they go by its content.

    sizes: pixels of the longer side, of `SIZES`. executor: who draws, the cores of this machine if left out; the bytes
    are the same. images: where workers read, if not in the folder of the data set.
    Raises InputError for another size, Cancelled on SIGTERM or when `progress` says so, WorkspaceError when the disk
    is full or the images cannot be reached.
    """
    for size in sizes:
        check_choice(str(size), map(str, SIZES), "size")
    pictures, progress = _pictures(ws), progress or Silent()
    todo = list(_missing(ws, pictures, sizes))
    worker = ThumbnailWorker(images or ImageFolder(ws.image_root.resolve(), ws.manifest.linked), library())
    progress.start("Drawing thumbnails", len(todo))
    with stop_on_terminate():
        skipped = _draw_all(ws, todo, worker, executor or Cores(), progress)
    progress.finish()
    return ThumbnailReport(len(todo) - len(skipped), len(pictures) - len(todo), tuple(sorted(skipped)))


def _draw_all(
    ws: Workspace, todo: list[Wanted], worker: ThumbnailWorker, executor: Executor, progress: Progress
) -> list[tuple[str, str]]:
    """Draw and write; return (path, reason) of what cannot be read."""
    pieces = [todo[start : start + PIECE] for start in range(0, len(todo), PIECE)]
    skipped: list[tuple[str, str]] = []
    done = 0
    with ThreadPoolExecutor(WRITERS) as pool, closing(executor.each(worker.loaded, enumerate(pieces))) as results:
        for number, drawn in results:
            both = list(zip(pieces[number], drawn, strict=True))
            files = [(kept_file(ws, it.digest, size), data) for it, one in both for size, data in one.files.items()]
            list(pool.map(_write, files))
            skipped += [(it.path, one.reason) for it, one in both if one.reason]
            done += len(drawn)
            progress.advance(done)
    return skipped


def _pictures(ws: Workspace) -> dict[str, str]:
    """The path of each picture by its content; of equal ones the first."""
    table = ws.dataset().table
    paths, digests = (table[name].to_pylist() for name in (PATH, HASH))
    found: dict[str, str] = {}
    for path, digest in zip(paths, digests, strict=True):
        if path:
            found.setdefault(digest, path)
    return found


def _missing(ws: Workspace, pictures: dict[str, str], sizes: Sequence[int]) -> Iterator[Wanted]:
    for digest, path in pictures.items():
        missing = tuple(size for size in sorted(set(sizes)) if not kept_file(ws, digest, size).is_file())
        if missing:
            yield Wanted(path, digest, missing)


def _write(file: tuple[Path, bytes]) -> None:
    with atomic_write(file[0]) as temporary:
        temporary.write_bytes(file[1])
