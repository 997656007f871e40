"""A collection of any size to measure with: texts, three attributes, vectors, and two in a hundred that are copies.

Vectors have the shape of a model's: places in twelve dimensions, in groups, bent into 384. Texts are six words, some
words much more common than others. Everything follows from the seed.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from explorer.base.embeddings import Embeddings
from explorer.base.half import widen
from explorer.io.embedding_store import save_embeddings
from explorer.scenes import demo_scenes, render
from explorer.workspace.contents import TEXT_ALONE, content_keys
from explorer.workspace.folder import Workspace

DIM, LATENT, BENT, GROUPS = 384, 12, 96, 200
COPIES = 0.02
WORDS, IN_TEXT = 20_000, 6
SHAPES = ("circle", "square", "star", "moon", "tree", "house")
BLOCK = 50_000
SEED = 20_261_130
MODEL = "sentence:all-MiniLM-L6-v2"
"""What a collection of texts is given to."""


def copied_rows(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that are copies, none of them twice, and the row that each is a copy of."""
    rng = default_rng(SEED)
    chosen = rng.permutation(count)[: 2 * int(COPIES * count)]
    return chosen[::2], chosen[1::2]


def made_vectors(count: int) -> NDArray[np.float16]:
    """(count, 384) unit rows; every second copy has nearly the vector of its original, the others the same."""
    rng = default_rng(SEED + 1)
    centres = 2.0 * rng.standard_normal((GROUPS, LATENT)).astype(np.float32)
    bend = rng.standard_normal((LATENT, BENT)).astype(np.float32) / 3
    spread = rng.standard_normal((BENT, DIM)).astype(np.float32)
    vectors = np.empty((count, DIM), np.float16)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        vectors[start:stop] = _block(rng, stop - start, centres, bend, spread)
    copies, originals = copied_rows(count)
    moved = widen(vectors[originals])
    moved[::2] += 0.0005 * rng.standard_normal(moved[::2].shape).astype(np.float32)
    vectors[copies] = _units(moved)
    return vectors


def _block(rng: Generator, count: int, centres: Any, bend: Any, spread: Any) -> NDArray[np.float32]:
    places = centres[rng.integers(0, GROUPS, count)] + rng.standard_normal((count, LATENT), np.float32)
    vectors = np.tanh(places @ bend) @ spread
    return _units(vectors + 0.1 * rng.standard_normal(vectors.shape, np.float32))


def _units(vectors: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def made_texts(count: int) -> list[str]:
    """(count,) texts; every second copy has the text of its original in capitals."""
    rng = default_rng(SEED + 2)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    names = ["".join(rng.choice(syllables, 3)) for _ in range(WORDS)]
    chosen = np.minimum(rng.zipf(1.2, (count, IN_TEXT)), WORDS) - 1
    texts = [" ".join([names[word] for word in words]) + f" {row}" for row, words in enumerate(chosen.tolist())]
    copies, originals = copied_rows(count)
    for copy, original in zip(copies[1::2].tolist(), originals[1::2].tolist(), strict=True):
        texts[copy] = texts[original].upper()
    return texts


def write_table(path: Path, count: int) -> None:
    """The file that is imported: id, text, shape, size and group of each item."""
    rng = default_rng(SEED + 3)
    columns: dict[str, Any] = {"id": [f"item{row:07d}" for row in range(count)], "text": made_texts(count)}
    columns["shape"] = [SHAPES[place] for place in rng.integers(0, len(SHAPES), count).tolist()]
    columns["size"] = rng.normal(size=count)
    columns["group"] = [f"group {place}" for place in rng.integers(0, 40, count).tolist()]
    pq.write_table(pa.table(columns), path)


def add_items(path: Path, vectors: NDArray[np.float16], added: int) -> NDArray[np.float16]:
    """Put items at the end of the file, near others of the (n, d) `vectors`; the vectors with theirs."""
    table = pq.read_table(path)
    those = default_rng(SEED + 4 + len(vectors)).integers(0, len(vectors), added)
    columns = table.take(np.minimum(those, table.num_rows - 1)).to_pydict()
    columns["id"] = [f"more{len(vectors) + row:07d}" for row in range(added)]
    columns["text"] = [f"{text} anew {len(vectors) + row}" for row, text in enumerate(columns["text"])]
    pq.write_table(pa.concat_tables([table, pa.table(columns, schema=table.schema)]), path)
    moved = widen(vectors[those]) + 0.02 * default_rng(SEED + 5).standard_normal((added, DIM)).astype(np.float32)
    return np.vstack([vectors, _units(moved).astype(np.float16)])


def put_vectors(ws: Workspace, vectors: NDArray[Any]) -> None:
    """Keep vectors as those of the model for texts, in the place of an embedding that would take hours."""
    dataset = ws.dataset()
    keys = content_keys(dataset, np.full(len(vectors), TEXT_ALONE, dtype=np.int8))
    whole = Embeddings(vectors, np.ones(len(vectors), bool), MODEL, {}, dataset.ids_hash)
    save_embeddings(ws.folder("embeddings", MODEL), whole, keys, dataset.content_hash)


def draw_scenes(folder: Path, count: int) -> None:
    """A folder of drawn scenes."""
    folder.mkdir(parents=True)
    for number, scene in enumerate(demo_scenes(count)):
        render(scene, 160).save(folder / f"{number:06d}.jpg", quality=88)
