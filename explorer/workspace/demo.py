"""The demo workspaces: 2,000 drawn scenes with known similarities, 1,797 scans of digits, 1,600 short notes, a shop."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import blake2b
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.progress import Progress
from explorer.encoders import canonical
from explorer.io.atomic import atomic_folder
from explorer.scenes import Scene, anonymous_caption, attributes, caption, demo_scenes, is_held_out, render
from explorer.scenes.shop import Product, draw_product, shop_products, write_shop
from explorer.workspace.folder import Workspace, fill_workspace
from explorer.workspace.layout import FILES, MATCH_DEMO, is_workspace
from explorer.workspace.notes import Note, demo_notes
from explorer.workspace.preparing import TEXT_DEFAULT, choose_encoder, prepare

SCENES, SCENE_SIDE, NOTES = 2000, 160, 1600
DIGIT_SIDE = 96
CHUNK = 25
ALONE = 200  # so many are drawn here before other processes have started
DRAWN, MADE_SHOP = "drawn scenes", "a made shop"
FURTHER_MODELS = ("relational:pocket-relational", "histogram")
"""What the pages Relational and Compare show at once; they follow in the background after the demo has opened."""
Picture = tuple[str, bytes, dict[str, Any]]
"""File name, the file's bytes, attribute values."""


def create_scenes_demo(root: Path, progress: Progress, count: int = SCENES) -> Workspace:
    """Make (or open) the workspace `scenes` below `root`: images, attributes, vectors, index and a PCA map.

    Attributes are the scene's ten, `held_out` (a combination that pocket was not trained on), `caption` and
    `relation_caption`. The finer map (UMAP) is a job of its own.
    """
    source = f"{count:,} {DRAWN}"
    return _create(root, "scenes", source, values=demo_scenes(count), pictures=drawn, progress=progress)


def is_scenes_demo(workspace: Workspace) -> bool:
    """Whether it is what `create_scenes_demo` makes or opens, and not a copy or data of one's own of that name."""
    made = workspace.manifest
    return workspace.path.name == "scenes" and made.kind == "demo" and made.source.endswith(DRAWN)


def create_digits_demo(root: Path, progress: Progress) -> Workspace:
    """Make (or open) the workspace `digits` below `root`: the 8 x 8 scans that scikit-learn ships, enlarged."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    rows = list(zip(digits.images, digits.target, strict=True))
    source = "1,797 scans of handwritten digits (scikit-learn)"
    return _create(root, "digits", source, values=rows, pictures=_enlarged, progress=progress)


def create_notes_demo(root: Path, progress: Progress, count: int = NOTES) -> Workspace:
    """Make (or open) the workspace `notes` below `root`: short texts with topic, mood, place, writer and date."""
    path = root / "notes"
    if not is_workspace(path):
        rows = [_row(number, note) for number, note in enumerate(demo_notes(count))]
        dataset, source = Dataset(pa.Table.from_pylist(rows)), f"{count:,} written notes"
        root.mkdir(parents=True, exist_ok=True)
        with atomic_folder(path, replace=False) as temporary:
            temporary.mkdir(exist_ok=True)
            fill_workspace(temporary, "notes", dataset, image_root=None, source=source, kind="demo", columns=None)
    workspace = Workspace.open(path)
    prepare(workspace, choose_encoder(workspace, ""), method="pca", progress=progress)
    return workspace


def create_shop_demo(root: Path, progress: Progress) -> Workspace:
    """Make (or open) the workspace `shop` below `root`: products with pictures and texts.

    What they are matched with lies beside them, see `explorer.workspace.shop`.
    """
    products = list(shop_products())
    source = f"{len(products):,} products of {MADE_SHOP}"
    workspace = _create(
        root,
        "shop",
        source,
        values=products,
        pictures=_products,
        progress=progress,
        beside=lambda folder: write_shop(folder / MATCH_DEMO, products),
    )
    prepare(workspace, canonical(TEXT_DEFAULT), method="pca", progress=progress)
    return workspace


def _products(products: list[Product]) -> Iterator[Picture]:
    for one in products:
        buffer = BytesIO()
        draw_product(one, SCENE_SIDE).save(buffer, "WEBP", quality=90, method=4)
        text = f"{one.name}. {one.description}"
        hashed = blake2b(buffer.getvalue() + text.encode(), digest_size=16).hexdigest()
        yield f"{one.id}.webp", buffer.getvalue(), {TEXT: text, HASH: hashed, **one.attributes()}


def _row(number: int, note: Note) -> dict[str, object]:
    hashed = blake2b(note.text.encode(), digest_size=16).hexdigest()
    return {ID: f"note-{number:04d}", PATH: "", TEXT: note.text, HASH: hashed, **note.attributes()}


DEMOS: dict[str, Callable[[Path, Progress], Workspace]] = {
    "scenes": create_scenes_demo,
    "notes": create_notes_demo,
    "digits": create_digits_demo,
    "shop": create_shop_demo,
}
DEMO_TITLES = {
    "scenes": "2,000 drawn scenes",
    "notes": "1,600 short notes",
    "digits": "1,797 handwritten digits",
    "shop": "A shop of 400 products",
}


def _create(
    root: Path,
    name: str,
    source: str,
    *,
    values: list[Any],
    pictures: Callable[[list[Any]], Iterable[Picture]],
    progress: Progress,
    beside: Callable[[Path], None] = lambda folder: None,
) -> Workspace:
    path = root / name
    if not is_workspace(path):
        root.mkdir(parents=True, exist_ok=True)
        with atomic_folder(path, replace=False) as temporary:
            dataset = _write(temporary / FILES, pictures(values), len(values), progress)
            beside(temporary)
            fill_workspace(temporary, name, dataset, image_root=None, source=source, kind="demo", columns=None)
    workspace = Workspace.open(path)
    prepare(workspace, choose_encoder(workspace, ""), method="pca", progress=progress)
    return workspace


def _write(folder: Path, pictures: Iterable[Picture], total: int, progress: Progress) -> Dataset:
    folder.mkdir(parents=True)
    rows = []
    progress.start("Drawing pictures", total)
    for done, (name, data, values) in enumerate(pictures, 1):
        (folder / name).write_bytes(data)
        hashed = blake2b(data, digest_size=16).hexdigest()
        rows.append({ID: Path(name).stem, PATH: name, TEXT: "", HASH: hashed, **values})
        progress.advance(done)
    progress.finish()
    return Dataset(pa.Table.from_pylist(rows))


def drawn(scenes: list[Scene]) -> Iterator[Picture]:
    """Each scene as its picture, in order."""
    made = map(_draw, scenes) if len(scenes) <= ALONE else _drawn_by_all_cores(scenes)
    for number, (data, values) in enumerate(made):
        yield f"scene-{number:04d}.webp", data, values


def _drawn_by_all_cores(scenes: list[Scene]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The same as one core draws, in the same order."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        with _without_script():
            made = pool.map(_draw, scenes, chunksize=CHUNK)
        yield from made


@contextmanager
def _without_script() -> Iterator[None]:
    """Processes that start meanwhile do not run the user's script again, as they would where it has no guard."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _draw(scene: Scene) -> tuple[bytes, dict[str, Any]]:
    buffer = BytesIO()
    render(scene, SCENE_SIDE).save(buffer, "WEBP", quality=90, method=4)
    told = {"held_out": is_held_out(scene), "caption": caption(scene), "relation_caption": anonymous_caption(scene)}
    return buffer.getvalue(), {**attributes(scene), **told}


def _enlarged(rows: list[Any]) -> Iterator[Picture]:
    from PIL import Image

    for number, (grey, label) in enumerate(rows):
        small = Image.fromarray((255 - grey * 255 / 16).astype("uint8"))
        buffer = BytesIO()
        small.resize((DIGIT_SIDE, DIGIT_SIDE), Image.Resampling.BICUBIC).save(buffer, "PNG")
        yield f"digit-{number:04d}.png", buffer.getvalue(), {"digit": str(label)}
