"""`ex.activations`: what the layers of any torch network answer to images, written to disk batch by batch."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import finalize

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_folder
from explorer.io.growing import GrowingArray
from explorer.io.images import read_image
from explorer.io.layer_files import ORDER
from explorer.library.collection import Collection
from explorer.library.hooks import POSITIONS, Layers, at_rest, chosen_modules, listening

if TYPE_CHECKING:
    import torch
    from torch.utils.data import DataLoader

    Images: TypeAlias = Collection | torch.Tensor | DataLoader[Any] | Sequence[str | Path]

Prepare = Callable[[Image.Image], Any]
IDS = "ids.txt"


@dataclass(frozen=True)
class NetworkLayers:
    """Layers of a network on disk, as `add_layers` takes them. folder: one .npy a layer, ids.txt, layers.txt.

    ids: of the n rows; layers: names in the order in which the modules were called first. `found["layer1"]` is the
    (n, c), (n, d) or (n, c, h, w) array, memory-mapped. A folder that was not named is gone with this object.
    """

    folder: Path
    ids: tuple[str, ...]
    layers: tuple[str, ...]

    def __getitem__(self, layer: str) -> Floats:
        name = check_choice(layer, self.layers, "layer")
        found: Floats = open_memmap(self.folder / f"{name}.npy", mode="r")
        return found

    def __len__(self) -> int:
        return len(self.layers)


def activations(
    model: "torch.nn.Module",
    images: "Images",
    layers: Layers = None,
    *,
    positions: str = "mean",
    batch: int = 64,
    device: "str | torch.device | None" = None,
    prepare: Prepare | None = None,
    ids: Sequence[str] | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> NetworkLayers:
    """Run images through a torch network and keep what its layers answer; the network stays as it is.

    images: paths, a collection, a tensor (n, ...), or a DataLoader that gives tensors or tuples that begin with one.
    layers: names or patterns of modules ("layer1.*"), classes of modules, or a list of these; all modules without parts
    when left out. A module that is called again has the next calls as "relu#2"; of one that answers with a tuple or a
    dictionary the first tensor is kept. positions: "mean" keeps (n, c) means over positions, "flat" (n, d) all numbers
    in a row, "keep" (n, c, h, w). Three axes are (n, tokens, channels), after Conv1d and the like (n, channels,
    length). batch: images at once, all that is ever in memory; a DataLoader has its own. device: where it runs, the
    model's own when left out. prepare: makes a tensor (c, h, w) of an RGB picture; without it pixels from 0 to 1 at the
    size of the file. ids: of the images; the paths, the collection's ids, else 0, 1, 2 … when left out. folder: a new
    folder to write to, a temporary one when left out.

    Raises InputError for layers that the network does not have or does not call, images of several sizes, and ids that
    are not one an image.
    """
    check_choice(positions, POSITIONS, "positions")
    modules = chosen_modules(model, layers)
    batches, known = _batches(images, batch, prepare)
    passing = None if folder else Path(mkdtemp(prefix="layers-"))
    target = passing / "layers" if passing else Path(str(folder)).expanduser()
    told = progress or Silent()
    with _gone_after_errors(passing), atomic_folder(target, replace=False) as temporary:
        temporary.mkdir(exist_ok=True)
        with ExitStack() as stack:
            writers = _Writers(temporary, stack)
            on = stack.enter_context(at_rest(model, device))
            calls = stack.enter_context(listening(modules, writers.keep, positions))
            told.start("Activations", known or 0)
            for inputs in batches:
                model(inputs.to(on))
                writers.end_batch(len(inputs))
                calls.clear()
                told.advance(writers.rows)
            told.finish()
        names = _called(writers, modules)
        given = _ids(images, ids, writers.rows)
        (temporary / IDS).write_text("".join(f"{one}\n" for one in given), encoding="utf-8")
        (temporary / ORDER).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    found = NetworkLayers(target, given, names)
    if passing:
        finalize(found, shutil.rmtree, passing, ignore_errors=True)
    return found


@contextmanager
def _gone_after_errors(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise


class _Writers:
    """A growing file a layer; every layer must get as many rows from each batch as it has images."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.rows, self._stack = folder, 0, stack
        self.files: dict[str, GrowingArray] = {}
        self._pending: dict[str, Floats] = {}

    def keep(self, name: str, found: Floats) -> None:
        self._pending[name] = found

    def end_batch(self, count: int) -> None:
        """Write what the layers gave for a batch of `count` images."""
        for name, found in self._pending.items():
            if len(found) != count:
                raise InputError(f"layers: {name} gives {len(found)} rows for {count} images; expected one an image.")
            if name not in self.files:
                if self.rows:
                    raise InputError(f"layers: {name} was not called for the first {self.rows:,} images.")
                if "/" in name or name.startswith("."):
                    raise InputError(f"layers: {name!r:.80} cannot be the name of a file.")
                self.files[name] = self._stack.enter_context(GrowingArray(self.folder / f"{name}.npy"))
            self.files[name].append(found)
        missing = [name for name in self.files if name not in self._pending]
        if missing:
            raise InputError(f"layers: {missing[0]} was not called for the images from {self.rows:,} on.")
        self._pending.clear()
        self.rows += count


def _called(writers: _Writers, modules: "dict[str, torch.nn.Module]") -> tuple[str, ...]:
    """Names of the layers in the order of their first call; InputError when there are no images or no calls."""
    if not writers.rows:
        raise InputError("images: expected some, got none.")
    if not writers.files:
        raise InputError(f"layers: the network calls none of {', '.join(modules)}.")
    return tuple(writers.files)


def _batches(images: "Images", batch: int, prepare: Prepare | None) -> "tuple[Iterator[torch.Tensor], int | None]":
    """Tensors (m, ...) of the images one after the other, and how many images there are, None for unknown."""
    import torch

    if batch < 1:
        raise InputError(f"batch: expected at least 1, got {batch}.")
    if isinstance(images, torch.utils.data.DataLoader):
        return _of_loader(images), len(images.dataset) if hasattr(images.dataset, "__len__") else None
    if isinstance(images, torch.Tensor):
        return iter(torch.split(images, batch) if len(images) else ()), len(images)
    paths = list(_paths([images] if isinstance(images, str | Path) else images))
    return _of_paths(paths, batch, prepare or _pixels), len(paths)


def _of_loader(loader: "Iterable[Any]") -> "Iterator[torch.Tensor]":
    import torch

    for given in loader:
        found = given[0] if isinstance(given, tuple | list) else given
        if not isinstance(found, torch.Tensor):
            raise InputError(
                "images: expected a DataLoader of tensors, or of tuples that begin with one, got one of "
                f"{type(given).__name__}."
            )
        yield found


def _of_paths(paths: Sequence[Path], batch: int, prepare: Prepare) -> "Iterator[torch.Tensor]":
    import torch

    left = iter(paths)
    shape: tuple[int, ...] | None = None
    while part := list(islice(left, batch)):
        made = []
        for path in part:
            found = torch.as_tensor(prepare(read_image(path, None)))
            shape = shape or tuple(found.shape)
            if tuple(found.shape) != shape:
                raise InputError(
                    f"{path.name}: expected an input of shape {shape} as the images before, got {tuple(found.shape)}. "
                    "Give prepare= a function that brings all pictures to one size."
                )
            made.append(found)
        yield torch.stack(made)


def _pixels(image: Image.Image) -> NDArray[np.float32]:
    """(3, h, w) from 0 to 1."""
    return np.asarray(image.convert("RGB"), dtype=np.float32).transpose(2, 0, 1) / np.float32(255)


def _paths(images: "Collection | Sequence[str | Path]") -> Iterator[Path]:
    """Files of the images; InputError for an item without one."""
    if isinstance(images, Collection):
        workspace = images.workspace
        return (workspace.image_path(row) for row in range(len(images)))
    return (Path(one).expanduser() for one in images)


def _ids(images: "Images", ids: Sequence[str] | None, count: int) -> tuple[str, ...]:
    if ids is None and isinstance(images, Collection):
        found = [str(one) for one in images.opened.dataset.ids]
    elif ids is None and isinstance(images, Sequence):
        found = [str(one) for one in images]
    else:
        found = [str(one) for one in ids] if ids is not None else [str(number) for number in range(count)]
    if len(found) != count:
        raise InputError(f"ids: expected {count:,}, one an image, got {len(found):,}.")
    broken = next((one for one in found if not one.strip() or "\n" in one or "\r" in one), None)
    if broken is not None or len(set(found)) != count:
        raise InputError("ids: expected texts in one line, each once.")
    return tuple(found)
