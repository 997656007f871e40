"""Networks of people's own: layers that they bring as files are kept with a workspace, under the spec `layers:<name>`.

layers/<name>/ holds ids.npy (the items), <k>.npy (n, c) of layer k averaged over positions, and <k>.map.npy
(n, c, h, w) where the positions are kept. It cannot be made again from the source of the workspace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.format import open_memmap

from explorer.base.arrays import Rows, check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, NotThere, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name
from explorer.features.compare.activations import Activations
from explorer.features.compare.brought import POSITIONS, checked_rows, pooled, shape_of, with_positions
from explorer.features.compare.checks import LEAST
from explorer.io.archive import extract_zip
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.layer_files import Array, LayerFiles, read_layer_files, shown
from explorer.io.leftovers import remove
from explorer.io.sums import write_sums, wrong_sizes
from explorer.io.text import counted
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST

KIND, PREFIX, IDS, UNPACKED = "layers", "layers:", "ids.npy", "unpacked"
MOST = 400
BLOCK = 1 << 24
"""Numbers of a layer that are in memory at once."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """What is told of a network that was brought. layers: by name, with channels and, where they are kept, (h, w).

    count: items that its layers have; positions: of `POSITIONS`; notes: what did not match.
    """

    name: str
    layers: tuple[tuple[str, int, tuple[int, int] | None], ...]
    count: int
    positions: str
    source: str
    notes: tuple[str, ...]

    @property
    def spec(self) -> str:
        """By which Compare knows it."""
        return PREFIX + self.name

    @property
    def sentence(self) -> str:
        """What was brought, and what did not match."""
        told = f"{self.spec}: {counted(len(self.layers), 'layer')} of {counted(self.count, 'item')}"
        return " ".join([f"{told}, {POSITIONS[self.positions]}.", *self.notes])


def add_network(
    ws: Workspace, name: str, source: Path, *, positions: str = "mean", progress: Progress | None = None
) -> Network:
    """Keep the layers in a folder, a zip of one, or an .npz with the workspace; one of this name is replaced.

    Layers are (n, d), (n, c, h, w) or (n, tokens, c), row i of all of them the item of id i. positions: "mean" keeps
    the mean over positions, "keep" the positions too, which stitching position by position needs. Ids that are not
    items here are left out and counted. Raises InputError, which names file and row.
    """
    check_name(name)
    check_choice(positions, POSITIONS, "positions")
    folder = ws.folder(KIND, name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_folder(folder) as temporary:
        temporary.mkdir(exist_ok=True)
        files = read_layer_files(_unpacked(source, temporary / UNPACKED, progress or Silent()))
        places, ids, notes = _matched(ws.dataset(), files)
        layers = _write(temporary, files, places, positions, progress or Silent())
        np.save(temporary / IDS, ids, allow_pickle=False)
        remove(temporary / UNPACKED)
        told = {"name": name, "layers": layers, "count": len(ids), "positions": positions, "source": source.name}
        made = datetime.now(UTC).isoformat(timespec="microseconds")
        write_json(temporary / MANIFEST, {**told, "notes": notes, "created": made})
        write_sums(temporary, PREFIX + name)
    return network(ws, name)


def network(ws: Workspace, name: str) -> Network:
    """What is told of a network; NotThere when there is none of this name, WorkspaceError for a damaged one."""
    folder = ws.folder(KIND, name)
    if not (folder / MANIFEST).is_file():
        known = ", ".join(network_names(ws)) or "none yet"
        raise NotThere(f"{ws.name} has no layers named {name!r:.80}. Those there are: {known}.")
    told = read_json(folder / MANIFEST)
    try:
        return Network(
            name=str(told["name"]),
            layers=tuple((str(one), int(c), (int(hw[0]), int(hw[1])) if hw else None) for one, c, hw in told["layers"]),
            count=int(told["count"]),
            positions=check_choice(str(told["positions"]), POSITIONS, "positions"),
            source=str(told["source"]),
            notes=tuple(map(str, told["notes"])),
        )
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise _damaged(folder, error) from error


def network_names(ws: Workspace) -> list[str]:
    """Names of the networks that were brought, sorted."""
    found = ws.folder(KIND).glob(f"*/{MANIFEST}")
    return sorted(str(read_json(path).get("name", path.parent.name)) for path in found if path.parent.name[0] != ".")


def network_stamp(ws: Workspace, name: str) -> str:
    """Another one whenever the network is brought anew."""
    return str(ws.manifest_of(KIND, name).get("created", ""))


def remove_network(ws: Workspace, name: str) -> None:
    """Forget a network; NotThere when there is none of this name."""
    network(ws, name)
    remove(ws.folder(KIND, name))


def is_network(spec: str) -> bool:
    """Whether a spec is that of a network that was brought."""
    return spec.startswith(PREFIX)


def load_network(ws: Workspace, spec: str) -> Activations:
    """Its layers, memory-mapped; NotThere when there is none, WorkspaceError when it is damaged."""
    name = spec.removeprefix(PREFIX)
    told, folder = network(ws, name), ws.folder(KIND, name)
    try:
        if wrong := wrong_sizes(folder):
            raise ValueError(wrong[0])
        ids = np.load(folder / IDS, allow_pickle=False)
        blocks, maps = {}, {}
        for number, (layer, _, grid) in enumerate(told.layers):
            blocks[layer] = open_memmap(folder / f"{number}.npy", mode="r")
            if grid is not None:
                maps[layer] = open_memmap(folder / f"{number}.map.npy", mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, error) from error
    rows = ws.dataset().ids.get_indexer(ids.tolist()).astype(np.int64)
    return Activations(spec, rows, blocks, maps)


def _damaged(folder: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(f"The layers in {folder} are damaged ({error}): add them again, or delete the folder.")


def _unpacked(source: Path, folder: Path, progress: Progress) -> Path:
    """The folder or the .npz with the layers; a zip is unpacked into `folder` first."""
    if source.is_file() and source.suffix.lower() == ".zip":
        extract_zip(source, folder, progress)
        source = folder
    while source.is_dir() and len(inside := list(source.iterdir())) == 1 and inside[0].is_dir():
        if inside[0].is_symlink():
            break
        source = inside[0]
    return source


def _matched(dataset: Dataset, files: LayerFiles) -> tuple[Rows, list[str], list[str]]:
    """(m,) rows of the files that are items here, the ids of these items, and notes on the others."""
    rows = dataset.ids.get_indexer(pd.Index(files.ids, dtype=object))
    places = np.flatnonzero(rows >= 0).astype(np.int64)
    if len(places) < LEAST:
        raise InputError(
            f"{files.ids_file}: {len(places):,} of {counted(len(files.ids), 'id')} are items of this data set; "
            f"expected {LEAST} at least. Its ids are {shown(files.ids[:3])}; those of the items "
            f"{shown(map(str, dataset.ids[:3]))}."
        )
    notes = list(files.notes)
    if lost := [one for one, row in zip(files.ids, rows, strict=True) if row < 0]:
        told = f"{counted(len(lost), 'id')} of {len(files.ids):,} in {files.ids_file}"
        notes.append(f"{told} are not items here and left out: {shown(lost[:3])}.")
    if len(places) < len(dataset):
        notes.append(f"{counted(len(dataset) - len(places), 'item')} of {len(dataset):,} have no row in the layers.")
    return places, [files.ids[place] for place in places], notes


def _write(
    folder: Path, files: LayerFiles, places: Rows, positions: str, progress: Progress
) -> list[tuple[str, int, tuple[int, int] | None]]:
    if len(files.layers) > MOST:
        raise InputError(
            f"Expected at most {MOST} layers, got {len(files.layers):,}. Name those that count in layers.txt."
        )
    made = []
    progress.start("Keeping the layers", len(files.layers))
    for number, layer in enumerate(files.layers):
        array = checked_rows(layer.read(), layer.file, len(files.ids), files.ids_file)
        channels, grid = shape_of(array)
        keeps = positions == "keep" and grid is not None
        _write_layer(folder / str(number), array, places, keeps, (layer.file, files.ids))
        made.append((layer.name.replace("~", "-"), channels, grid if keeps else None))
        progress.advance(number + 1)
    progress.finish()
    return made


def _write_layer(path: Path, array: Array, places: Rows, keeps: bool, told: tuple[str, Sequence[str]]) -> None:
    """Write <path>.npy, and <path>.map.npy where positions are kept, block by block."""
    channels, grid = shape_of(array)
    means = open_memmap(path.with_name(f"{path.name}.npy"), mode="w+", dtype=np.float32, shape=(len(places), channels))
    maps = None
    if keeps and grid is not None:
        kind = np.float16 if array.dtype == np.float16 else np.float32
        shape = (len(places), channels, *grid)
        maps = open_memmap(path.with_name(f"{path.name}.map.npy"), mode="w+", dtype=kind, shape=shape)
    step = max(1, BLOCK // max(1, int(np.prod(array.shape[1:]))))
    for start in range(0, len(places), step):
        rows = places[start : start + step]
        block = with_positions(array[rows], rows, *told)
        means[start : start + step] = pooled(block)
        if maps is not None:
            maps[start : start + step] = block
    means.flush()
    if maps is not None:
        maps.flush()
