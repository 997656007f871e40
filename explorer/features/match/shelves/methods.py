"""The matchers of shelves: the same likely pairs, scored by characters, by a fuzzy ratio, by both, by meaning."""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders.pool import POOL
from explorer.features.match.blocking import vector_pairs
from explorer.features.match.embedded import text_vectors
from explorer.features.match.method import Candidates, MatchMethod, Option, Task, candidates
from explorer.features.match.shelves.reasons import explain
from explorer.features.match.shelves.scores import by_words, likely_pairs, token_set
from explorer.features.match.shelves.spines import both_lines

SOURCE = "the task: Library dataset (Llabrés and others)"
CHARACTERS, WORDS, FUZZY, MEANING = "characters", "words", "token set", "meaning"
OPTIONS = (
    Option(
        name="columns",
        label="Columns of the catalogue",
        default="",
        help="Joined with the compared one: names with commas between. Empty: title, author, call number and the "
        "like. “no other column”: the compared one alone.",
    ),
    Option(name="keep", label="Candidates for each", default=50.0, least=1, most=1000, help="The best by characters."),
)


def _scored(task: Task, progress: Progress, parts: tuple[str, ...]) -> Candidates:
    """Likely pairs with the mean of some parts as their score."""
    left, right = _lines(task)
    first, second, cosines = likely_pairs(left, right, int(task.options["keep"]), same=task.same, progress=progress)
    known: dict[str, Callable[[], Floats]] = {
        CHARACTERS: lambda: cosines,
        WORDS: lambda: by_words(left, right).cosines(first, second),
        FUZZY: lambda: token_set(left, right, first, second),
    }
    found = {name: known[name]() for name in parts}
    scores = np.stack(list(found.values())).mean(axis=0, dtype=np.float64)
    return candidates(first, second, scores, routes=("letters in common",), parts=found)


def _lines(task: Task) -> tuple[list[str], list[str]]:
    left, right = both_lines(task)
    for side, lines in ((task.left, left), (task.right, right)):
        if not any(lines):
            raise InputError(f"{side.name}: expected a column with lines of text to compare, got none.")
    return left, right


def _characters(task: Task, progress: Progress) -> Candidates:
    return _scored(task, progress, (CHARACTERS,))


def _fuzzy(task: Task, progress: Progress) -> Candidates:
    return _scored(task, progress, (FUZZY,))


def _mean(task: Task, progress: Progress) -> Candidates:
    return _scored(task, progress, (CHARACTERS, WORDS, FUZZY))


def _meaning(task: Task, progress: Progress) -> Candidates:
    """By vectors: of photos where the left side has no texts, else of lines."""
    spines, books = both_lines(task)
    if any(spines):
        left, right = (text_vectors(task, one, "Shelves by meaning") for one in (spines, books))
        route = "meaning of the texts"
    else:
        left, right = _photos_and_texts(task, books)
        route = "picture and text"
    first, second, cosines = vector_pairs(left, right, int(task.options["keep"]), same=task.same, progress=progress)
    told = _filled(left)[first] & _filled(right)[second]
    first, second, cosines = first[told], second[told], cosines[told]
    return candidates(first, second, cosines, routes=(route,), parts={MEANING: cosines})


def _filled(vectors: Floats) -> Mask:
    """(n,) whether a row is not all zero."""
    filled: Mask = np.abs(vectors).max(axis=1) > 0
    return filled


def _photos_and_texts(task: Task, books: list[str]) -> tuple[Floats, Floats]:
    """(n, d) of the pictures and (m, d) of the lines by the model of the pictures; zeros where there is nothing."""
    side = task.left
    if side.vectors is None or not side.encoder:
        raise InputError(
            f"{side.name}: expected lines of text, or pictures with the vectors of a model, got neither. Choose a "
            "column of texts, or a collection of photos and a model that reads both pictures and texts."
        )
    encoder = POOL.get(side.encoder)
    if not encoder.abilities.joint:
        raise InputError(f"{side.encoder} does not read texts and pictures into one space. Choose a model that does.")
    right = np.zeros((len(books), side.vectors.shape[1]), np.float32)
    filled = [row for row, book in enumerate(books) if book]
    if filled:
        right[filled] = encoder.encode_texts([books[row] for row in filled])
    return np.nan_to_num(np.asarray(side.vectors, np.float32)), right


SHELVES_CHARACTERS = MatchMethod(
    name="shelves_characters",
    label="Spines by characters",
    formula="cos of TF-IDF of 2 to 4 characters in a row within words, of a line and all columns of a book",
    source=SOURCE,
    needs=("texts",),
    kind="texts",
    propose=_characters,
    explain=explain,
    options=OPTIONS,
)
SHELVES_FUZZY = MatchMethod(
    name="shelves_fuzzy",
    label="Spines by fuzzy ratio",
    formula="token set ratio / 100 of the likeliest by characters",
    source="rapidfuzz",
    needs=("texts",),
    baseline="shelves_characters",
    kind="texts",
    propose=_fuzzy,
    explain=explain,
    options=OPTIONS,
)
SHELVES = MatchMethod(
    name="shelves",
    label="Spines and a catalogue",
    formula="(cos of characters’ TF-IDF + cos of words’ TF-IDF + token set ratio / 100) / 3",
    source=SOURCE,
    needs=("texts",),
    baseline="shelves_characters",
    kind="texts",
    propose=_mean,
    explain=explain,
    options=OPTIONS,
)
SHELVES_MEANING = MatchMethod(
    name="shelves_meaning",
    label="Spines or photos by meaning",
    formula="cos of the vectors of a line, or of a photo, and of all columns of a book",
    source=SOURCE,
    baseline="shelves_characters",
    kind="texts",
    propose=_meaning,
    explain=explain,
    options=OPTIONS,
)
SHELF_METHODS = (SHELVES, SHELVES_CHARACTERS, SHELVES_FUZZY, SHELVES_MEANING)
