"""The functions of `import explorer as ex`: open, create, demo, compare."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.base.settings import workspaces_root
from explorer.features.compare.service import ITEMS, QUICK
from explorer.features.compare.service import compare as compare_models
from explorer.io.columns import Columns
from explorer.library.bunch import import_bunch
from explorer.library.collection import Collection
from explorer.library.create import Picture, Vectors, import_frame, import_values
from explorer.library.tables import Compared
from explorer.workspace.folder import WorkspaceSummary, open_named
from explorer.workspace.folder import list_workspaces as summaries
from explorer.workspace.importing import import_named

if TYPE_CHECKING:
    import pandas as pd


def open(name: str | Path) -> Collection:
    """The collection with this name, or in this folder; WorkspaceError when there is none."""
    return Collection(open_named(str(name)).path)


def list_workspaces() -> list[WorkspaceSummary]:
    """The collections there are, by name; `error` says why one cannot be opened."""
    return summaries(workspaces_root())


def create(
    source: "str | Path | pd.DataFrame | Mapping[str, object] | None" = None,
    name: str = "",
    *,
    images: Sequence[Picture] | None = None,
    texts: Sequence[str] | None = None,
    vectors: Vectors | None = None,
    ids: Sequence[str] | None = None,
    image: str = "",
    text: str = "",
    id: str = "",
    model: str = "",
    crops: bool = False,
    prepare: bool = True,
    progress: Progress | None = None,
) -> Collection:
    """Make a collection, or bring it up to date when it was made from this before, and prepare it for search.

    source: folder of images, zip, table, a format of another tool, data frame, or bunch of scikit-learn; or else
    `images` (files, PIL pictures, arrays), `texts` and `vectors` ((n, d) floats, or several of them by name), an entry
    an item. image, text, id: which column of a data frame is what; guessed when none is given. model: what turns items
    into vectors; the best for the data when left out. crops: make an item of each box that a label file (COCO,
    FiftyOne) of a folder or zip names, cut out of its picture. prepare: embed, index and map now; False leaves that to
    `Collection.prepare`.
    """
    told = progress or Silent()
    given = any(part is not None for part in (images, texts, vectors))
    if (source is None) != given:
        raise InputError("Expected either a source, or some of images, texts and vectors.")
    if source is None:
        made = import_values(name, images=images, texts=texts, vectors=vectors, ids=ids, progress=told)
    elif isinstance(source, str | Path):
        made = import_named(Path(source), name, crops=crops, progress=told)
    elif isinstance(source, Mapping):
        made = import_bunch(source, name, told)
    else:
        columns = Columns(id or None, image or None, text or None, ()) if image or text or id else None
        made = import_frame(source, name, columns, told)
    collection = Collection(made.path)
    return collection.prepare(model, progress=told) if prepare else collection


def compare(
    collection: Collection, a: str, b: str, *, measures: Iterable[str] = QUICK, items: int = ITEMS, seed: int = 0
) -> Compared:
    """How alike two models see a collection: each measure with a 95 % interval and the score of shuffled items.

    a, b: specs of models that have vectors. measures: names from `explorer methods compare`. items: drawn at random by
    `seed`, 0 for all. InputError for an unknown measure or fewer than 10 items, WorkspaceError where
    vectors are missing.
    """
    return Compared(compare_models(collection.opened, a, b, measures=measures, items=items, seed=seed))


def demo(which: str = "scenes", *, progress: Progress | None = None) -> Collection:
    """The demo collection "scenes" (2,000 pictures), "notes" (texts), "digits" or "shop", made where needed."""
    from explorer.workspace.demo import DEMOS

    make = DEMOS[check_choice(which, DEMOS, "demo")]
    return Collection(make(workspaces_root(), progress or Silent()).path).prepare(progress=progress)
