"""Pictures of a run's candidates, one by one and all elites on one sheet."""

from contextlib import suppress
from io import BytesIO

from PIL import Image

from explorer.base.errors import ExplorerError, InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.features.elites.view import OpenRun
from explorer.io.atomic import atomic_write

ATLAS = "atlas"
TILE_SIZES = ((225, 128), (900, 64), (4_096, 48), (10_000, 32), (40_000, 16))
COLUMNS = 64
JPEG_QUALITY = 85


def picture(run: OpenRun, candidate: int, size: int = 256) -> bytes | None:
    """WebP of a candidate, longer side at most `size`; None for an item without image."""
    if not 0 <= candidate < len(run.log):
        raise InputError(f"Candidate: expected 0 to {len(run.log) - 1}, got {candidate}.")
    return run.space.picture(run.log.genotypes[candidate], run.ws, size)


def picture_or_none(run: OpenRun, candidate: int, size: int = 256) -> bytes | None:
    """The same, None too where the file is gone."""
    try:
        return picture(run, candidate, size)
    except (ExplorerError, OSError):
        return None


def tile_size(filled: int) -> int:
    """Side of a picture in the atlas in pixels; 0 when there are too many cells for pictures."""
    return next((size for most, size in TILE_SIZES if filled <= most), 0)


def atlas(run: OpenRun, progress: Progress | None = None, whole: bool = False) -> bytes | None:
    """The pictures of all elites in order of cells, 64 a line; kept in the run's folder. None without any.

    whole: uncropped, with what is left of each square transparent, as WebP; else the middle of each, as JPEG.
    A picture is made once per content; when the archive has grown, only new elites are drawn.
    """
    occupied = run.archive.occupied
    tile = tile_size(len(occupied))
    if not len(occupied) or not tile or not run.space.has_pictures(run.ws):
        return None
    ending = "webp" if whole else "jpg"
    path = run.folder / f"{ATLAS}-{tile}-{len(run.log)}.{ending}"
    if path.is_file():
        return path.read_bytes()
    data = _drawn(run, tile, progress or Silent(), whole)
    with suppress(WorkspaceError, OSError):  # on a full or locked disk the sheet is shown and not kept
        for old in run.folder.glob(f"{ATLAS}-*.{ending}"):
            old.unlink(missing_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)
    return data


def _drawn(run: OpenRun, tile: int, progress: Progress, whole: bool) -> bytes:
    candidates = run.archive.candidate[run.archive.occupied].tolist()
    lines = -(-len(candidates) // COLUMNS)
    mode, ground = ("RGBA", (0, 0, 0, 0)) if whole else ("RGB", (128, 128, 128))
    sheet = Image.new(mode, (COLUMNS * tile, lines * tile), ground)
    progress.start("Drawing the pictures", len(candidates))
    for place, candidate in enumerate(candidates):
        image = run.space.tile(run.log.genotypes[candidate], run.ws, tile, whole)
        sheet.paste(image, (place % COLUMNS * tile, place // COLUMNS * tile))
        progress.advance(place + 1)
    progress.finish()
    buffer = BytesIO()
    sheet.save(buffer, "WEBP" if whole else "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
