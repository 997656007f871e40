"""What the page, the command and scripts ask about labels by words."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.columns import Codes, codes_of
from explorer.base.dataset import TEXT
from explorer.base.errors import InputError, ModelError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.encoders.pool import POOL
from explorer.features.label.by_words.define import Defined, WordSettings, cosines_to
from explorer.features.label.by_words.method import WORD_METHODS, WordsAsk, defined
from explorer.features.label.by_words.whole import whole_texts
from explorer.features.label.by_words.wording import WordLabel
from explorer.workspace.opened import Opened

SHARPNESS = 0.05
LEAST_DEFINING = 100
SEARCHED = 50_000
"""Of larger collections the texts are not searched for the keywords."""


@dataclass(frozen=True, kw_only=True)
class WordsAnswer:
    """Which items belong to which label.

    labels: (c,). rows: (k,) row numbers of the items with a vector. cosines: (k, c) to the vectors of the labels.
    defined: (c,) what defines each label by Lbl2TransformerVec, with row numbers of the collection.
    """

    labels: tuple[WordLabel, ...]
    method: str
    rows: Rows
    cosines: Floats
    defined: tuple[Defined, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """(c,) the labels."""
        return tuple(one.name for one in self.labels)

    @cached_property
    def codes(self) -> Rows:
        """(k,) number of the label of the highest cosine; the first of equal ones."""
        found: Rows = self.cosines.argmax(axis=1).astype(np.int64)
        return found

    @cached_property
    def shares(self) -> Floats:
        """(k, c) softmax of the cosines divided by 0.05, a measure of how clear the choice is and no probability."""
        scores = self.cosines / SHARPNESS
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def usual_settings(items: int, labels: int) -> WordSettings:
    """Above a cosine of 0.3, at least 100 items or, of few items, half of a label's even share; without outliers."""
    return WordSettings(similarity=0.3, least=max(1, min(LEAST_DEFINING, items // (2 * max(labels, 1)))), clean=True)


def label_by_words(
    opened: Opened, spec: str, labels: tuple[WordLabel, ...], method: str, settings: WordSettings
) -> WordsAnswer:
    """The answer of one of `WORD_METHODS`.

    ModelError when the model reads no words, or not into the space of the items; InputError for an unknown method, for
    descriptions that are missing, when no item has a vector, or when keywords cancel each other.
    """
    check_choice(method, WORD_METHODS, "method")
    able = POOL.get(spec).abilities
    if not able.words_find_items:
        why = "it reads no words" if not able.texts else "words and pictures do not lie in one space"
        raise ModelError(f"{spec} cannot label by words: {why}. Choose pocket or a CLIP model, or a model of texts.")
    opened.encoder(spec)  # says so when its weights are others than those of the vectors
    return _answer(opened, _Question(spec, labels, method, settings, whole_texts(opened, spec) is not None))


@dataclass(frozen=True)
class _Question:
    """spec: the model. whole: whether long texts were read to their end."""

    spec: str
    labels: tuple[WordLabel, ...]
    method: str
    settings: WordSettings
    whole: bool


@remembered(16)
def _answer(opened: Opened, question: _Question) -> WordsAnswer:
    spec, labels, method = question.spec, question.labels, question.method
    rows, items = _items(opened, spec, question.whole)
    ask = WordsAsk(
        items=items,
        keywords=tuple(POOL.text_vectors(spec, one.keywords) for one in labels),
        descriptions=_descriptions(spec, labels),
        settings=question.settings,
    )
    cosines = cosines_to(items, WORD_METHODS[method].vectors(ask)).astype(np.float32)
    return WordsAnswer(
        labels=labels,
        method=method,
        rows=rows,
        cosines=cosines,
        defined=tuple(_on_rows(one, rows) for one in defined(ask)),
    )


def changed(before: WordsAnswer, after: WordsAnswer) -> int:
    """How many items have another label than before; labels are told apart by name."""
    names = [np.array(one.names, dtype=object)[one.codes] for one in (before, after)]
    return int((names[0] != names[1]).sum())


def unheld(opened: Opened, labels: tuple[WordLabel, ...]) -> list[str]:
    """Keywords that stand in no text of the collection, whatever case; none for pictures and very large collections."""
    if not opened.dataset.has_texts or opened.dataset.has_images or len(opened.dataset) > SEARCHED:
        return []
    words = tuple(dict.fromkeys(word for one in labels for word in one.keywords))
    return [word for word in words if not _held(opened, word.casefold())]


@remembered(512)
def _held(opened: Opened, word: str) -> bool:
    return bool(pc.any(pc.match_substring(_lowered(opened), word)).as_py())


@remembered(1)
def _lowered(opened: Opened) -> pa.ChunkedArray:
    return pc.utf8_lower(opened.dataset.table[TEXT])


@dataclass(frozen=True)
class Truth:
    """A column beside the labels. codes: (k,) the label that each item with a vector should have, -1 for none."""

    codes: Rows


def truth_of(opened: Opened, answer: WordsAnswer, column: str) -> Truth:
    """Values of a column that are labels, by name whatever case. InputError when the column has none of the labels."""
    if column not in opened.dataset.attributes:
        there = ", ".join(opened.dataset.attributes) or "none"
        raise InputError(f"Expected one of the columns {there}; got {column!r}.")
    coded: Codes = codes_of(opened.dataset.table.column(column)).filled()
    place = {name.casefold(): code for code, name in enumerate(answer.names)}
    of_value = np.array([place.get(name.casefold().strip(), -1) for name in coded.names] + [-1], dtype=np.int64)
    codes = of_value[coded.codes[answer.rows]]
    if (codes < 0).all():
        values = ", ".join(coded.names[:5])
        raise InputError(
            f"None of the labels {', '.join(answer.names[:5])} is a value of the column {column} ({values}, …). "
            "Name the labels as the column does, or choose another column."
        )
    return Truth(codes)


def confusion(answer: WordsAnswer, truth: Truth) -> Rows:
    """(c, c) counts of the items, by what the column says (row) and by words (column)."""
    fine = truth.codes >= 0
    count = len(answer.labels)
    pairs = truth.codes[fine] * count + answer.codes[fine]
    return np.bincount(pairs, minlength=count * count).reshape(count, count).astype(np.int64)


@remembered(2)
def _items(opened: Opened, spec: str, whole: bool) -> tuple[Rows, Floats]:
    """(k,) row numbers of the items with a vector, (k, d) their vectors."""
    embeddings = opened.embeddings(spec)
    if not len(embeddings.rows):
        raise InputError(f"No item has a vector under {spec}. Run `explorer prepare {opened.name}`.")
    vectors = widen(np.asarray(embeddings.vectors[embeddings.rows]))
    found = whole_texts(opened, spec) if whole else None
    if found is not None:
        vectors = vectors.copy()
        vectors[np.searchsorted(embeddings.rows, found[0])] = found[1]
    return embeddings.rows.astype(np.int64), vectors


def _descriptions(spec: str, labels: tuple[WordLabel, ...]) -> Floats | None:
    if not all(one.description for one in labels):
        return None
    return POOL.text_vectors(spec, tuple(one.description for one in labels))


def _on_rows(one: Defined, rows: Rows) -> Defined:
    return Defined(rows=rows[one.rows], cosines=one.cosines, kept=one.kept, vector=one.vector)
