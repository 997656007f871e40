"""Several vectors an item of a workspace, in several/<encoder>/: patches of pictures, or tokens of texts.

vectors.npy (n, m, d) float16, counts.npy (n,), encodings.npy (n, D) float16, planes.npy and projection.npy that they
were drawn with, means.npy (n, d) float16, manifest.json. Made by a job, batch by batch; rows are the data set's.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH, TEXT
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress, Silent, stop_on_terminate
from explorer.encoders import Encoder
from explorer.features.lab.several.chamfer import VectorSets, filled_up
from explorer.features.lab.several.fde import FdeMatrices, FdeSettings, draw, encode_documents
from explorer.features.lab.several.search import FdeIndex, mean_vectors
from explorer.io.atomic import atomic_folder, write_json
from explorer.io.images import read_image
from explorer.io.sums import write_sums
from explorer.workspace.contents import IMAGE, TEXT_ALONE, what_is_read
from explorer.workspace.derived import kept_arrays, told_of
from explorer.workspace.layout import MANIFEST
from explorer.workspace.opened import Opened

KIND, FORMAT = "several", 2
BATCH, MOST_SIDE, MOST_TOKENS, BLANK = 32, 7, 32, 64
ENCODED = 512
MOST_BYTES = 8 * 10**9
ARRAYS = ("counts", "encodings", "means", "planes", "projection", "vectors")
Of = Literal["patches", "tokens"]


@dataclass(frozen=True)
class KeptSets:
    """What a workspace keeps. fde: their fixed encodings; means: (n, d) their means. of: what a vector stands
    for; grid: patches a side, 0 for tokens; words: whether texts can ask; cropped: patches cover the largest centred
    square of a picture, else all of it; made: changes whenever they are made again.
    """

    sets: VectorSets
    fde: FdeIndex
    means: NDArray[Any]
    of: Of
    grid: int
    words: bool
    cropped: bool
    made: str

    @property
    def rows(self) -> Rows:
        """(r,) rows of the items that have vectors."""
        return np.flatnonzero(self.sets.counts).astype(np.int64)


@dataclass(frozen=True)
class _Plan:
    """What is made: of what, how many vectors an item at most, how long, and for which rows."""

    of: Of
    grid: int
    most: int
    dim: int
    rows: Rows


def kept_sets(opened: Opened, spec: str) -> KeptSets | None:
    """The several vectors under an encoder, memory-mapped; None when there are none for the items as they are."""
    folder = opened.workspace.folder(KIND, spec)
    kept = kept_arrays(folder, _stamp(opened, spec))
    if kept is None:
        return None
    told = told_of(folder)
    sets = VectorSets(kept["vectors"], np.asarray(kept["counts"], dtype=np.int64))
    return KeptSets(
        sets=sets,
        fde=FdeIndex(sets, FdeMatrices(kept["planes"], kept["projection"]), kept["encodings"]),
        means=kept["means"],
        of=told["of"],
        grid=int(told["grid"]),
        words=bool(told["words"]),
        cropped=bool(told["cropped"]),
        made=str(told["made"]),
    )


def lacks_vectors(opened: Opened, encoder: Encoder) -> str:
    """Why an encoder cannot give several vectors for the items of a workspace, "" when it can."""
    can, dataset = encoder.abilities, opened.dataset
    if (can.patches and dataset.has_images) or (can.tokens and dataset.has_texts):
        return ""
    there = " and ".join(word for word, has in (("pictures", dataset.has_images), ("texts", dataset.has_texts)) if has)
    return (
        f"{encoder.spec} gives no several vectors for {there or 'these items'}: choose pocket or a CLIP of open_clip "
        "for pictures, pocket or sentence for texts."
    )


def make_sets(opened: Opened, spec: str, *, progress: Progress | None = None, encoder: Encoder | None = None) -> str:
    """Make the several vectors of all items and keep them; returns a sentence on the result.

    Pictures where the encoder gives patches and there are any, else texts; items without the one or the other, and
    files that cannot be read, have none. In memory are the vectors of 32 items. ModelError when the encoder can do
    neither, InputError when no item has any or they would take more than 8 GB.
    """
    progress, encoder = progress or Silent(), encoder or opened.encoder(spec)
    plan = _plan(opened, spec, encoder)
    counts = np.zeros(len(opened.dataset), dtype=np.int64)
    folder = opened.workspace.folder(KIND, spec)
    with stop_on_terminate(), atomic_folder(folder) as temporary:
        shape = (len(counts), plan.most, plan.dim)
        vectors = open_memmap(temporary / "vectors.npy", mode="w+", dtype=np.float16, shape=shape)
        progress.start(f"Vectors of {plan.of}", len(plan.rows))
        for rows, sets in _batches(opened, encoder, plan, progress):
            vectors[rows], counts[rows] = sets.vectors, sets.counts
        vectors.flush()
        if not counts.any():
            raise InputError(f"None of the {len(plan.rows):,} items can be read.")
        np.save(temporary / "counts.npy", counts, allow_pickle=False)
        _write_encodings(temporary, VectorSets(vectors, counts), progress)
        _write_manifest(temporary, opened, spec, plan, encoder)
    progress.finish()
    return _told(plan, counts)


def coarser(patches: Floats, most: int = MOST_SIDE) -> Floats:
    """(n, g * g, d) unit vectors of a grid of at most `most` a side: means of neighbouring (n, s * s, d) patches."""
    count, places, dim = patches.shape
    side = round(places**0.5)
    if side <= most:
        return patches
    edges = np.linspace(0, side, most + 1).round().astype(int)
    whole = patches.reshape(count, side, side, dim)
    sums = np.add.reduceat(np.add.reduceat(whole, edges[:-1], axis=1), edges[:-1], axis=2)
    found = sums.reshape(count, most * most, dim)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=2, keepdims=True), 1e-9), dtype=np.float32)


def _plan(opened: Opened, spec: str, encoder: Encoder) -> _Plan:
    lacking = lacks_vectors(opened, encoder)
    if lacking:
        raise ModelError(lacking)
    can, dataset = encoder.abilities, opened.dataset
    if can.patches and dataset.has_images:
        rows = np.flatnonzero(what_is_read(dataset, ["images"]) == IMAGE)
        blank = Image.new("RGB", (encoder.image_side or BLANK, encoder.image_side or BLANK), "grey")
        shape = coarser(encoder.patches([blank])).shape
        plan = _Plan("patches", round(shape[1] ** 0.5), shape[1], shape[2], rows)
    else:
        rows = np.flatnonzero(what_is_read(dataset, ["texts"]) == TEXT_ALONE)
        plan = _Plan("tokens", 0, MOST_TOKENS, encoder.dim, rows)
    _check_size(len(dataset), plan)
    return plan


def _check_size(items: int, plan: _Plan) -> None:
    size = items * plan.most * plan.dim * 2
    if size > MOST_BYTES:
        raise InputError(
            f"{plan.most} vectors of {plan.dim} numbers for each of {items:,} items would take {size / 1e9:.0f} GB, "
            f"more than {MOST_BYTES / 1e9:.0f} GB. Choose a smaller model, or import fewer items."
        )


def _batches(opened: Opened, encoder: Encoder, plan: _Plan, progress: Progress) -> Iterator[tuple[Rows, VectorSets]]:
    make = partial(_patches if plan.of == "patches" else _tokens, opened, encoder, plan)
    for start in range(0, len(plan.rows), BATCH):
        rows = plan.rows[start : start + BATCH]
        yield rows, make(rows)
        progress.advance(start + len(rows))


def _patches(opened: Opened, encoder: Encoder, plan: _Plan, rows: Rows) -> VectorSets:
    paths = opened.dataset.table[PATH].take(rows).to_pylist()

    def read(path: str) -> Image.Image | None:
        try:
            return read_image(opened.workspace.image_path(path), encoder.image_side, name=path)
        except InputError:
            return None  # Prepare lists what cannot be read

    with ThreadPoolExecutor(2) as pool:
        pictures = list(pool.map(read, paths))
    readable = [one for one in pictures if one is not None]
    found: Iterator[Floats] = iter(coarser(encoder.patches(readable)) if readable else [])
    empty: NDArray[np.float32] = np.empty((0, plan.dim), dtype=np.float32)
    return filled_up([empty if one is None else next(found) for one in pictures], plan.most, plan.dim)


def _tokens(opened: Opened, encoder: Encoder, plan: _Plan, rows: Rows) -> VectorSets:
    texts = opened.dataset.table[TEXT].take(rows).to_pylist()
    return filled_up([one.vectors for one in encoder.tokens(texts)], plan.most, plan.dim)


def _write_encodings(folder: Path, sets: VectorSets, progress: Progress) -> None:
    """encodings.npy (n, D) float16 of the usual settings, and what was drawn for them."""
    settings = FdeSettings()
    matrices = draw(settings, sets.dim)
    shape = (len(sets), settings.length(sets.dim))
    encodings = open_memmap(folder / "encodings.npy", mode="w+", dtype=np.float16, shape=shape)
    progress.start("Encoding", len(sets))
    for start in range(0, len(sets), ENCODED):
        block = slice(start, start + ENCODED)
        some = VectorSets(sets.vectors[block], sets.counts[block])
        encodings[block] = encode_documents(some, matrices, settings.fill)
        progress.advance(min(start + ENCODED, len(sets)))
    encodings.flush()
    np.save(folder / "means.npy", mean_vectors(sets).astype(np.float16), allow_pickle=False)
    np.save(folder / "planes.npy", matrices.planes, allow_pickle=False)
    np.save(folder / "projection.npy", np.asarray(matrices.projection), allow_pickle=False)


def _is_cropped(encoder: Encoder) -> bool:
    """Whether the encoder looks at the centred square alone: of a wide picture with a white edge it sees no white."""
    wide = Image.new("RGB", (256, 128))
    wide.paste((255, 255, 255), (0, 0, 40, 128))
    return not bool(np.asarray(encoder.prepare(wide))[:, :3].mean() > 100)


def _write_manifest(folder: Path, opened: Opened, spec: str, plan: _Plan, encoder: Encoder) -> None:
    stamp = _stamp(opened, spec)
    words = plan.of == "tokens" or encoder.abilities.patch_words
    told = {"encoder": spec, "of": plan.of, "grid": plan.grid, "words": words, "weights": encoder.fingerprint}
    told["cropped"] = plan.of == "patches" and _is_cropped(encoder)
    made = f"{stamp} {folder.stat().st_mtime_ns}"
    write_json(folder / MANIFEST, {"stamp": stamp, "arrays": list(ARRAYS), "made": made, **told})
    write_sums(folder)


def _stamp(opened: Opened, spec: str) -> str:
    """Changes with the items, their content or the model's vectors."""
    return " ".join(map(str, (FORMAT, opened.dataset.content_hash, *opened.workspace.embeddings_stamp(spec))))


def _told(plan: _Plan, counts: Rows) -> str:
    has = int(np.count_nonzero(counts))
    left = f"; {len(counts) - has:,} items have none" if has < len(counts) else ""
    return f"{int(counts.sum()):,} vectors of {plan.of} for {has:,} items{left}."
