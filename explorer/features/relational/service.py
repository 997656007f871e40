"""What page, library and commands ask of relational similarity, each question answered once and kept.

base: the model; head: a relational head on it, by its name. What is returned is shared and must not be changed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.base.settings import check_name
from explorer.base.weights import other_weights, same_weights
from explorer.encoders.pool import POOL
from explorer.encoders.relational import KIND
from explorer.features.relational import answering
from explorer.features.relational.caption_columns import anonymous_columns, caption_columns
from explorer.features.relational.contract import METHODS
from explorer.features.relational.method import Ask, Pairs
from explorer.features.relational.plane import Plane, in_corner, plane_of, present_rows
from explorer.heads.head import MANIFEST, head_folder, list_heads
from explorer.index import ExactIndex
from explorer.io.atomic import read_json
from explorer.search.find import compose_query
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

PREFIX = f"{KIND}:"
"""Of the spec of a relational model."""
FROM_CORNER, REACH_OF_EXAMPLE = 10, 2.0


@dataclass(frozen=True)
class Relations:
    """What there is for one model in a workspace.

    base: the model below the head. heads: names of the relational heads for it. ready: those whose vectors are there.
    anonymous: columns with anonymous captions; captions: columns with plain ones.
    """

    base: str
    heads: tuple[str, ...]
    ready: tuple[str, ...]
    anonymous: tuple[str, ...]
    captions: tuple[str, ...]


def relations_of(opened: Opened, spec: str) -> Relations:
    """What there is for the model `spec`, which may be a relational one itself. Not kept: heads come and go."""
    base = base_of(spec)
    heads = tuple(list_heads(KIND, base))
    ready = tuple(name for name in heads if PREFIX + name in opened.encoders)
    anonymous, captions = _caption_columns(opened)
    return Relations(base, heads, ready, anonymous, captions)


def base_of(spec: str) -> str:
    """The model below a relational one; any other spec as it is."""
    return str(head_facts(spec.removeprefix(PREFIX))["encoder"]) if spec.startswith(PREFIX) else spec


def head_facts(head: str) -> dict[str, Any]:
    """What a head's head.json holds: encoder, fingerprint, sha256, card. Not kept: a head can be trained again.

    ModelError that lists the heads when there is none of this name.
    """
    found: dict[str, Any] = read_json(head_folder(head) / MANIFEST)
    return found


def head_name(ws: Workspace) -> str:
    """Name of the head that a workspace trains when none is given."""
    return check_name(f"{ws.path.name[:60]}-{KIND}")


def outdated(opened: Opened, base: str, head: str) -> str:
    """Why a head's vectors cannot be trusted as they are, as a sentence; "" when all belongs together."""
    facts = head_facts(head)
    below = opened.embeddings(base).settings.get("weights", "")
    if not same_weights(below, facts["fingerprint"]):
        return other_weights(f"The head {head} belongs", base, than="those that made this data's vectors")
    made = opened.embeddings(PREFIX + head).settings.get("weights", "")
    return "" if made == facts["sha256"] else f"The head {head} has been trained again since its vectors were made."


def begin_to_load(head: str) -> None:
    """Load a head's model in the background, anew when the head has been trained again since it was loaded."""
    spec = PREFIX + head
    if POOL.state(spec) == "ready" and POOL.get(spec).fingerprint != head_facts(head)["sha256"]:
        POOL.forget(spec)
        POOL.state(spec)


@remembered(32)
def plane(opened: Opened, base: str, head: str, row: int) -> Plane:
    """Every item by how much it looks like the picked one and how much it is built like it.

    InputError when the picked item has no vector, or there are too few others.
    """
    masks = _present(opened, base, head)
    if not all(bool(mask[row]) for mask in masks):
        raise InputError("This item has no picture that could be read, so it has no look and no logic. Pick another.")
    rows = present_rows(*masks, without=[row])
    if len(rows) < 2:
        raise InputError("There are too few pictures to compare with: expected at least three items with a picture.")
    ask = _ask(opened, base, head, row)
    return plane_of(rows, *(METHODS[name].scores(ask)[rows] for name in ("looks", "logic")))


@remembered(64)
def analogy(
    opened: Opened, base: str, head: str, *, method: str, pairs: Pairs, third: int, count: int
) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) scores) of the best answers to "A is to B as C is to ?" by one method, best first.

    pairs: rows of each A with its B. third: row of C. InputError when one of the items has no vector.
    """
    allowed = present_rows(*_present(opened, base, head))
    asked = [third, *(row for pair in pairs for row in pair)]
    if not np.isin(asked, allowed).all():
        raise InputError("One of these items has no picture that could be read. Choose another.")
    return answering.answer(method, _ask(opened, base, head, third, pairs), count, allowed)


@remembered(64)
def text_search(opened: Opened, spec: str, text: str, count: int) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) cosines) of the items nearest to a text under a model; every item is compared."""
    question = compose_query(opened, spec, (QueryPart("text", text),))
    vectors = opened.embeddings(spec)
    return ExactIndex(vectors.vectors, vectors.present).query(question.vector[None], count).of(0)


@remembered(32)
def some_items(opened: Opened, spec: str, seed: int, count: int = 24) -> Rows:
    """(k,) random rows with a vector, in random order."""
    return np.asarray(np.random.default_rng(seed).permutation(opened.embeddings(spec).rows)[:count])


@remembered(64)
def texts_at(opened: Opened, column: str, rows: tuple[int, ...]) -> list[str]:
    """The texts of some rows in a column, "" where there is none."""
    taken = opened.dataset.table.column(column).take(pa.array(rows, pa.int64()))
    return [value or "" for value in taken.cast(pa.string()).to_pylist()]


@remembered(16)
def example(opened: Opened, base: str, head: str, seed: int) -> tuple[int, int, int]:
    """Rows of A, B, C: B near the corner "looks alike, different logic" of A, C near "looks different, same logic"."""
    rng = np.random.default_rng(seed)
    first = int(some_items(opened, base, seed, 1)[0])
    found = plane(opened, base, head, first)
    second, third = (
        in_corner(found.x, found.y, name, REACH_OF_EXAMPLE)[0][:FROM_CORNER] for name in ("lookalike", "analogous")
    )
    b = int(rng.choice(second))
    c = int(rng.choice(third[third != b]))
    return first, int(found.rows[b]), int(found.rows[c])


@remembered(1)
def _caption_columns(opened: Opened) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(columns of anonymous captions, columns of plain ones)."""
    return tuple(anonymous_columns(opened.dataset)), tuple(caption_columns(opened.dataset))


def _present(opened: Opened, base: str, head: str) -> tuple[Mask, Mask]:
    return opened.embeddings(base).present, opened.embeddings(PREFIX + head).present


def _ask(opened: Opened, base: str, head: str, item: int, pairs: Pairs = ()) -> Ask:
    looks, logic = (opened.embeddings(spec).vectors for spec in (base, PREFIX + head))
    return Ask(item=item, looks=looks, logic=logic, pairs=pairs)
