"""Why texts of a collection were found: what pages and commands call. Search itself knows nothing of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.base.progress import Progress
from explorer.base.versions import file_stamp
from explorer.encoders import canonical
from explorer.features.match.why.evaluate import Case, cosines, localise
from explorer.features.match.why.model import ABOUT, COPIED, SAID, Why, WhyModel, load_why, save_why
from explorer.features.match.why.network import Shape
from explorer.features.match.why.pairs import Pair
from explorer.features.match.why.sentences import sentences_of
from explorer.features.match.why.training import Plan, train_fusion
from explorer.heads.fit import training_folder
from explorer.io.tables import read_table
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import TEXT_DEFAULT

FUSION = "fusion"
SCORE = "probability of the right one of 32 held-out texts"
QUERIES = ("query", "question", "asked")
IDS = ("id", "item", "text", "passage")
LOOKED = 2_000
LISTENED = 32
"""So many held-out queries say whether the decoder is heard."""


def why_folder(workspace: Workspace) -> Path:
    """Where the trained fusion of a collection lies."""
    return workspace.folder("why", FUSION)


@remembered(1)
def parted_texts(opened: Opened) -> tuple[int, int]:
    """How many of the first 2,000 texts have several sentences or clauses, and how many of them there are."""
    found = [len(sentences_of(text)) for text in _texts(opened)[:LOOKED] if text.strip()]
    return sum(pieces > 1 for pieces in found), len(found)


def training_name(workspace: Workspace) -> str:
    """What its training is called."""
    return f"why-{slug(workspace.path.name).replace('.', '-')}"[:60]


def why_model(opened: Opened) -> WhyModel | None:
    """The trained fusion of a collection, None where there is none; ModelError where it is damaged."""
    folder = why_folder(opened.workspace)
    return _kept_model(opened, file_stamp(folder / ABOUT)) if (folder / ABOUT).is_file() else None


@remembered(2)
def _kept_model(opened: Opened, stamp: str) -> WhyModel | None:
    return load_why(why_folder(opened.workspace))


def train_why(opened: Opened, plan: Plan, progress: Progress, *, given: Sequence[tuple[str, int]] = ()) -> WhyModel:
    """Train the fusion on the texts of a collection, and keep it. given: queries with the row that answers each.

    InputError for a collection with too few texts. No vector and no index is touched.
    """
    texts = _texts(opened)
    name = training_name(opened.workspace)
    key = f"{opened.dataset.content_hash} {len(given)}"
    made = train_fusion(texts, plan, training_folder(name), progress, given=given, key=key)
    about = {
        "texts": min(sum(bool(text.strip()) for text in texts), plan.texts),
        "steps": made.fitted.steps,
        "held_out": round(made.fitted.best_score, 4),
        "alpha": plan.alpha,
        "given": len(given),
        "content": opened.dataset.content_hash,
    }
    shape = Shape(says=plan.alpha > 0)
    about.update(_said(WhyModel(made.network, made.vocabulary, shape, about), made.held, texts))
    save_why(why_folder(opened.workspace), WhyModel(made.network, made.vocabulary, shape, about))
    model = why_model(opened)
    assert model is not None
    return model


def _said(model: WhyModel, held: Sequence[Pair], texts: Sequence[str]) -> dict[str, float]:
    """How well the decoder says sentences of texts that it did not learn from, and how well a copy does."""
    cases = [Case(one.query, texts[one.text], one.sentence) for one in held if one.sentence >= 0 and one.query][
        :LISTENED
    ]
    if not model.shape.says or not cases:
        return {}
    said = localise(model, cases, len(cases)).said
    return {SAID: round(said["rouge-1"].value, 4), COPIED: round(said["copy rouge-1"].value, 4)}


def is_current(opened: Opened, model: WhyModel) -> bool:
    """Whether the items are those that it was trained on."""
    return model.about.get("content") == opened.dataset.content_hash


def given_pairs(opened: Opened, path: Path) -> list[tuple[str, int]]:
    """A table of queries and the ids of the texts that answer, as (query, row); InputError where no id is known."""
    file = read_table(path)
    names = file.table.column_names
    asked = next((name for name in names if name.casefold() in QUERIES), "")
    item = next((name for name in names if name.casefold() in IDS and name != asked), "")
    if not asked or not item:
        raise InputError(
            f"{path.name}: expected a column of queries ({', '.join(QUERIES)}) and one of ids ({', '.join(IDS)}); "
            f"got {', '.join(names)}."
        )
    rows = opened.dataset.places_of(file.strings(item).to_pylist())
    queries = file.strings(asked).to_pylist()
    found = [(query, int(row)) for query, row in zip(queries, rows, strict=True) if row >= 0 and query.strip()]
    if not found:
        raise InputError(
            f"{path.name}, column {item}: expected ids of {opened.name} such as {opened.dataset.ids[0]!r:.60}, "
            f"none of its {len(rows):,} is one."
        )
    return found


def texts_model(opened: Opened, spec: str) -> str:
    """The model that searches for texts: the sentence model where items have pictures as well and it has their texts,
    else `spec`, whose vectors may be those of the pictures.
    """
    sentence = canonical(TEXT_DEFAULT)
    return sentence if opened.dataset.has_images and sentence in opened.encoders else spec


def found_texts(opened: Opened, spec: str, query: str, count: int = 8) -> Rows:
    """(k,) rows with a text that a search finds, in its own order: the search that Explore does, no other."""
    if not any(letter.isalnum() for letter in query):
        raise InputError("Expected a query with words, got none.")
    rows = find(opened, spec, (QueryPart("text", query),), "", count).rows
    texts = opened.dataset.table.column(TEXT).take(rows).to_pylist()
    return np.asarray([row for row, text in zip(rows, texts, strict=True) if text.strip()], np.int64)


def text_of(opened: Opened, item: str) -> str:
    """The text of an item; InputError for an unknown id or an item without one."""
    text = str(opened.dataset.table.column(TEXT)[int(opened.dataset.rows_of([item])[0])].as_py())
    if not text.strip():
        raise InputError(f"The item {item!r:.60} has no text.")
    return text


def why(model: WhyModel, query: str, text: str) -> tuple[Why, Mapping[str, list[float]]]:
    """What the fusion says, and by name the scores of each sentence: attention by mean and sum, cosine beside it."""
    found = model.explain(query, text)
    if found.best < 0:
        return found, {"mean": [], "sum": [], "cosine": []}
    return found, {
        "mean": found.means.tolist(),
        "sum": found.sums.tolist(),
        "cosine": cosines(query, text).astype(float).tolist(),
    }


def _texts(opened: Opened) -> list[str]:
    if not opened.dataset.has_texts:
        raise InputError(f"{opened.name} has no texts: there is nothing to read sentences in.")
    return [str(text) for text in opened.dataset.table.column(TEXT).to_pylist()]
