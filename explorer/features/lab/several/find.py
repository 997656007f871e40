"""Finding a detail: items whose patches or tokens are most like those of a question, and which ones these are."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import TEXT
from explorer.base.errors import InputError
from explorer.features.lab.several.chamfer import best_first, best_places, chamfer_blocks
from explorer.features.lab.several.material import places_of
from explorer.features.lab.several.search import products, reranked
from explorer.features.lab.several.store import KeptSets
from explorer.workspace.opened import Opened

EXACT_NUMBERS, CANDIDATES = 150_000_000, 1_000
MOST_PHRASES, MOST_NAMED = 20, 3


@dataclass(frozen=True)
class Hit:
    """An item: its row, the mean over the question's vectors of their best product, and the places of the best ones."""

    row: int
    similarity: float
    places: Rows


@dataclass(frozen=True)
class Hits:
    """The answer, best first. compared: how many items were compared exactly; all: whether these are all there are."""

    hits: tuple[Hit, ...]
    compared: int
    all: bool


def find_like(kept: KeptSets, query: Floats, count: int, without: int = -1) -> Hits:
    """The `count` items most like a (q, d) question by Chamfer similarity, the row `without` left out.

    All items are compared where that takes about a third of a second, else the 1,000 best by encodings and by means.
    """
    sets = kept.sets
    if sets.vectors.size <= EXACT_NUMBERS:
        scores = chamfer_blocks(query, sets)
        rows = best_first(scores, count + 1)
        found, compared = list(zip(rows, scores[rows], strict=True)), len(kept.rows)
    else:
        likely = np.union1d(
            best_first(kept.fde.estimates(query), max(CANDIDATES, count + 1)),
            best_first(products(kept.means, query.mean(axis=0)), CANDIDATES),
        )
        found = list(zip(*reranked(query, sets, likely, count + 1), strict=True))
        compared = len(likely)
    hits = [_hit(kept, query, int(row), float(score)) for row, score in found if row != without]
    return Hits(tuple(hits[:count]), compared, compared == len(kept.rows))


def _hit(kept: KeptSets, query: Floats, row: int, score: float) -> Hit:
    places, _ = best_places(query, kept.sets.of(row))
    return Hit(row, score / len(query), places)


def part_of(kept: KeptSets, row: int, box: tuple[int, int, int, int]) -> Floats:
    """(q, d) patches of a rectangle (top, left, bottom, right; the last two not included) of an item's grid.

    InputError when the rectangle holds no patch or the item has none.
    """
    top, left, bottom, right = box
    if not (0 <= top < bottom <= kept.grid and 0 <= left < right <= kept.grid):
        raise InputError(
            f"Expected a part within {kept.grid} × {kept.grid} patches, got rows {top} to {bottom}, columns "
            f"{left} to {right}."
        )
    return kept.sets.of(row)[places_of(box, kept.grid)]


def words_query(opened: Opened, spec: str, kept: KeptSets, text: str) -> Floats:
    """(q, d) vectors of words: of patches one for each phrase between commas, of tokens one for each token.

    InputError when there are no words, or the model's patches and words do not lie in one space.
    """
    if not kept.words:
        raise InputError(f"Words do not find the patches of {spec}: they lie in a space of their own.")
    phrases = [part.strip() for part in text.split(",") if part.strip()][:MOST_PHRASES]
    if not phrases:
        raise InputError("Expected at least one word.")
    encoder = opened.encoder(spec)
    if kept.of == "tokens":
        return np.asarray(encoder.tokens([text])[0].vectors, dtype=np.float32)
    return encoder.encode_texts([encoder.template.format(phrase) for phrase in phrases])


def words_found(opened: Opened, spec: str, found: Hits) -> list[str]:
    """The words of each hit's text that were most like those asked for, the first three of them."""
    texts = opened.dataset.table[TEXT].take([hit.row for hit in found.hits]).to_pylist()
    tokens = opened.encoder(spec).tokens(texts)
    return [
        ", ".join(dict.fromkeys(_word(text, *one.spans[place]) for place in hit.places[:MOST_NAMED]))
        for text, one, hit in zip(texts, tokens, found.hits, strict=True)
    ]


def _word(text: str, start: int, end: int) -> str:
    """The whole word that the letters from `start` to `end` stand in."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def box_of(places: Rows, grid: int) -> tuple[int, int, int, int]:
    """The smallest rectangle (top, left, bottom, right; the last two not included) around patches of a grid."""
    rows, columns = np.divmod(places, grid)
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def read_part(text: str, grid: int) -> tuple[int, int, int, int]:
    """The rectangle that "top,left,bottom,right" names; InputError when it names none of a grid."""
    try:
        top, left, bottom, right = (int(one) for one in text.split(","))
    except ValueError as error:
        raise InputError(
            f"Expected a part as top,left,bottom,right with numbers from 0 to {grid}, got {text!r:.80}."
        ) from error
    return top, left, bottom, right
