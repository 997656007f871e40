"""A saved run as it is now on disk: archive, log, places of cells, pictures of elites."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from explorer.base.dataset import ID, PATH
from explorer.base.errors import ExplorerError, InputError
from explorer.base.progress import Progress, Silent
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Log
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.store import LOG, RunInfo, existing_run, read_info, read_log, replay
from explorer.features.elites.words import cell_centres, name_cell
from explorer.io.atomic import atomic_write
from explorer.io.thumbnails import thumbnail
from explorer.scenes import Scene, caption, render
from explorer.workspace.folder import Workspace

ATLAS = "atlas"
TILE_SIZES = ((900, 64), (4_096, 48), (10_000, 32), (40_000, 16))
COLUMNS = 64
JPEG_QUALITY = 85


@dataclass(frozen=True)
class OpenRun:
    """A run: its settings and scales, everything it evaluated, and the archive that this leads to."""

    ws: Workspace
    folder: Path
    info: RunInfo
    log: Log
    archive: Archive

    @property
    def settings(self) -> RunSettings:
        """What was asked."""
        return self.info.settings

    @cached_property
    def centres(self) -> NDArray[np.float64]:
        """(cells, axes) the middle of each cell, in places from 0 to 1."""
        found: NDArray[np.float64] = cell_centres(self.archive, self.settings)
        return found

    def name_of(self, cell: int) -> str:
        """The cell in words."""
        return name_cell(self.settings, self.centres[cell])

    def elite(self, cell: int) -> int:
        """Number of the candidate in a cell, -1 when it is empty; InputError when there is no such cell."""
        if not 0 <= cell < self.archive.cells:
            raise InputError(f"Cell: expected 0 to {self.archive.cells - 1}, got {cell}.")
        return int(self.archive.candidate[cell])

    def shown_cell(self, asked: int) -> int:
        """The cell that was asked for when there is such a cell, else the best one, -1 while all are empty."""
        if 0 <= asked < self.archive.cells:
            return asked
        return int(np.nanargmax(self.archive.quality)) if len(self.archive.occupied) else -1

    def title(self, candidate: int) -> str:
        """The item's id, or the scene in words."""
        genotype = self.log.genotypes[candidate]
        if isinstance(genotype, Scene):
            return caption(genotype)
        return str(self.ws.dataset().table.column(ID)[genotype].as_py())


def open_run(ws: Workspace, name: str) -> OpenRun:
    """Open a saved run. WorkspaceError when there is none or it is damaged."""
    folder = existing_run(ws, name)
    info = read_info(folder)
    log = read_log(folder)
    return OpenRun(ws, folder, info, log, replay(folder, info, log))


def run_stamp(ws: Workspace, name: str) -> str:
    """A short string that changes whenever more of the run, or another data set, is on disk."""
    path = existing_run(ws, name) / LOG
    written = path.stat().st_mtime_ns if path.is_file() else 0
    return f"{written:x}-{ws.manifest.version}"


@lru_cache(maxsize=8)
def opened(path: Path, name: str, stamp: str) -> OpenRun:
    """The run `name` of the workspace at `path`, opened once a `stamp` (see `run_stamp`); read-only and shared."""
    return open_run(Workspace.open(path), name)


def current_run(ws: Workspace, name: str) -> OpenRun:
    """The run as it is on disk now, from memory when nothing has changed."""
    return opened(ws.path, name, run_stamp(ws, name))


def picture(run: OpenRun, candidate: int, size: int = 256) -> bytes | None:
    """WebP of a candidate, longer side at most `size`; None for an item without image."""
    if not 0 <= candidate < len(run.log):
        raise InputError(f"Candidate: expected 0 to {len(run.log) - 1}, got {candidate}.")
    genotype = run.log.genotypes[candidate]
    if not isinstance(genotype, Scene):
        return thumbnail(run.ws, genotype, size)
    buffer = BytesIO()
    render(genotype, size).save(buffer, "WEBP", quality=85, method=2)
    return buffer.getvalue()


def tile_size(filled: int) -> int:
    """Side of a picture in the atlas in pixels; 0 when there are too many cells for pictures."""
    return next((size for most, size in TILE_SIZES if filled <= most), 0)


def atlas(run: OpenRun, progress: Progress | None = None) -> bytes | None:
    """JPEG with the pictures of all elites in order of cells, 64 a line; kept in the run's folder. None without any.

    A picture is made once per content; when the archive has grown, only new elites are drawn.
    """
    occupied = run.archive.occupied
    tile = tile_size(len(occupied))
    has_images = run.settings.source == "scenes" or run.ws.dataset().has_images
    if not len(occupied) or not tile or not has_images:
        return None
    path = run.folder / f"{ATLAS}-{tile}-{len(run.log)}.jpg"
    if path.is_file():
        return path.read_bytes()
    data = _drawn(run, tile, progress or Silent())
    for old in run.folder.glob(f"{ATLAS}-*.jpg"):
        old.unlink(missing_ok=True)
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)
    return data


def _drawn(run: OpenRun, tile: int, progress: Progress) -> bytes:
    candidates = run.archive.candidate[run.archive.occupied].tolist()
    lines = -(-len(candidates) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * tile, lines * tile), (128, 128, 128))
    progress.start("Drawing the pictures", len(candidates))
    hashes = None if run.settings.source == "scenes" else run.ws.dataset().table.column("hash")
    for place, candidate in enumerate(candidates):
        genotype = run.log.genotypes[candidate]
        image = _scene_tile(genotype, tile) if hashes is None else _item_tile(run, genotype, tile, hashes)
        sheet.paste(image, (place % COLUMNS * tile, place // COLUMNS * tile))
        progress.advance(place + 1)
    progress.finish()
    buffer = BytesIO()
    sheet.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


@lru_cache(maxsize=8192)
def _scene_tile(scene: Scene, tile: int) -> Image.Image:
    return render(scene, 128).resize((tile, tile), Image.Resampling.BOX)


_tiles: dict[tuple[str, int], Image.Image] = {}


def _item_tile(run: OpenRun, row: int, tile: int, hashes: pa.ChunkedArray) -> Image.Image:
    key = (str(hashes[row].as_py()), tile)
    if key not in _tiles:
        if len(_tiles) > 16_384:
            _tiles.clear()
        _tiles[key] = _square(run, row, tile)
    return _tiles[key]


def _square(run: OpenRun, row: int, tile: int) -> Image.Image:
    """The centred square of an item's thumbnail; grey where it has no picture or it cannot be read."""
    try:
        data = thumbnail(run.ws, row, 128 if tile > 32 else 64)
    except (ExplorerError, OSError):
        data = None
    if data is None:
        return Image.new("RGB", (tile, tile), (128, 128, 128))
    image = Image.open(BytesIO(data)).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((tile, tile), Image.Resampling.LANCZOS, (left, top, left + side, top + side))


def elites_table(run: OpenRun) -> pa.Table:
    """One row a filled cell: cell, its place, quality, raw values, the candidate, its parent, what it is."""
    cells = run.archive.occupied
    candidates = run.archive.candidate[cells]
    columns: dict[str, Any] = {"cell": cells, "cell_name": [run.name_of(int(cell)) for cell in cells]}
    for axis, measure in enumerate(run.settings.measures):
        low, high = measure.ends
        columns[f"place {axis + 1} ({low} to {high})"] = run.centres[cells, axis]
        columns[f"{measure}"] = [run.log.measures[number][axis] for number in candidates]
    columns["quality"] = run.archive.quality[cells]
    columns[f"raw {run.settings.quality}"] = [run.log.quality[number] for number in candidates]
    columns["candidate"] = candidates
    columns["parent"] = [run.log.parents[number] for number in candidates]
    columns["elite"] = [run.title(int(number)) for number in candidates]
    if run.settings.source == "data":
        rows = [run.log.genotypes[number] for number in candidates]
        columns["path"] = run.ws.dataset().table.column(PATH).take(pa.array(rows, pa.int64())).to_pylist()
    else:
        from explorer.features.elites.words import write_scene

        columns["scene"] = [write_scene(run.log.genotypes[number]) for number in candidates]
    return pa.table({name: pa.array(list(values)) for name, values in columns.items()})


def curve(run: OpenRun, offset: float, points: int = 400) -> dict[str, NDArray[np.float64]]:
    """Evaluations, coverage, QD score and best quality along the run, at `points` evenly spread evaluations."""
    from explorer.features.elites.store import converted

    if not len(run.log):
        return {name: np.zeros(0) for name in ("evaluations", "coverage", "qd_score", "best")}
    quality = converted(run.info, run.log.answers(0, len(run.log))).quality
    status, cells = np.array(run.log.status), np.array(run.log.cells)
    taken = np.flatnonzero(status > 0)
    before = np.full(len(quality), np.nan)
    last: dict[int, float] = {}
    for place in taken.tolist():
        before[place] = last.get(int(cells[place]), np.nan)
        last[int(cells[place])] = float(quality[place])
    gained = np.zeros(len(quality))
    gained[taken] = quality[taken] - np.where(np.isnan(before[taken]), offset, before[taken])
    best = np.maximum.accumulate(np.where(np.isfinite(quality) & (status >= 0), quality, -np.inf))
    at = np.unique(np.linspace(0, len(quality) - 1, min(points, len(quality))).astype(int))
    return {
        "evaluations": (at + 1).astype(np.float64),
        "coverage": np.cumsum(status == 2)[at] / run.archive.cells,
        "qd_score": np.cumsum(gained)[at],
        "best": np.where(np.isinf(best[at]), np.nan, best[at]),
    }
