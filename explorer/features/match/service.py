"""Matching from beginning to end: what pages, commands and scripts call."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Floats, check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.encoders.pool import POOL
from explorer.features.match.assigning import Links, Rule, assign
from explorer.features.match.contract import METHODS
from explorer.features.match.method import Candidates, MatchMethod, Option, Reasons, Task, Value
from explorer.features.match.side import CELLS, Side
from explorer.features.match.truth import Curve, Truth, curve

DEFAULT_MODEL = "pocket"
"""Its words are those of all-MiniLM-L6-v2."""
DEFAULT_METHOD = "tfidf"
BLOCK = 256
"""Texts that are read at a time."""


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Two lists and the scored pairs that a matcher found between them."""

    task: Task
    method: MatchMethod
    pairs: Candidates

    @property
    def sizes(self) -> tuple[int, int]:
        """How many things are left and right."""
        return len(self.task.left), len(self.task.right)

    def links(self, rule: Rule) -> Links:
        """The pairs that a rule links."""
        return assign(self.pairs, self.sizes, rule, self.task.same)

    def reasons(self, place: int) -> Reasons:
        """Why the pair at a place among the candidates was found."""
        return self.method.explain(self.task, int(self.pairs.left[place]), int(self.pairs.right[place]))

    def curve(self, truth: Truth, links: Links | None = None) -> Curve:
        """Precision and recall at every threshold, of the links, or of all candidates where there are none."""
        pairs = self.pairs if links is None else self.pairs.take(links.places)
        return curve(pairs.scores.astype(float), truth.right_pairs(pairs.left, pairs.right), len(truth))

    def with_scores(self, pairs: Candidates) -> "Matched":
        """The same with other pairs or scores."""
        return replace(self, pairs=pairs)


def make_task(
    left: Side,
    right: Side | None,
    method: str = DEFAULT_METHOD,
    *,
    options: Mapping[str, Value | str] | None = None,
    model: str = DEFAULT_MODEL,
) -> Task:
    """Two sides for a matcher. right: None matches `left` with itself. options: those that differ from the defaults.

    model: spec of the encoder that turns texts into vectors, "" for none. InputError for an unknown matcher or option,
    a value out of its bounds, and sides that it cannot match.
    """
    card = METHODS[check_choice(method, METHODS, "matcher")]
    task = Task(
        left=left,
        right=left if right is None else right,
        same=right is None,
        options=settled(card.options, options or {}),
        embed=Reader(model) if model else None,
    )
    _check_needs(card, task)
    return task


def match(task: Task, method: str = DEFAULT_METHOD, progress: Progress | None = None) -> Matched:
    """Find and score the pairs of a task."""
    card = METHODS[check_choice(method, METHODS, "matcher")]
    watching = task.embed.watched(progress) if progress and isinstance(task.embed, Reader) else nullcontext()
    with watching:
        return Matched(task=task, method=card, pairs=card.propose(task, progress or Silent()))


def settled(options: Sequence[Option], given: Mapping[str, Value | str]) -> dict[str, Value]:
    """A value for each option: the given one in its kind, else the default; InputError names what does not fit."""
    known = {option.name: option for option in options}
    for name in given:
        check_choice(name, known, "option of the matcher")
    return {name: _value(option, given[name]) if name in given else option.default for name, option in known.items()}


def why_not(method: MatchMethod, left: Side, right: Side) -> str:
    """What keeps a matcher from these sides, "" when nothing does."""
    for need in method.needs:
        lacking = [side for side in (left, right) if not _HAS.get(need, _has_anything)(side)]
        if lacking:
            return f"{method.label} needs {_NEED_WORDS.get(need, need)}: {lacking[0].name} {_lacks(need, lacking[0])}."
    return ""


def _lacks(need: str, side: Side) -> str:
    """What is so of a side that has not what is needed, and what to do."""
    if need == "vectors" and side.lacking:
        return f"has none that can be used. {side.lacking.rstrip('.')}"
    if need == "vectors" and side.models:
        return f"has none of this model, but of {', '.join(side.models)}. Choose one of these"
    if need == "texts" and not side.text and side.table.column_names:
        return f"has no column of texts. Choose what is compared, of {', '.join(side.table.column_names[:8])}"
    return "has none"


def _check_needs(card: MatchMethod, task: Task) -> None:
    if problem := why_not(card, task.left, task.right):
        raise InputError(problem)


def _has_texts(side: Side) -> bool:
    return any(one.strip() for one in side.texts)


def _has_tables(side: Side) -> bool:
    return CELLS in side.table.column_names


def _has_pictures(side: Side) -> bool:
    return any(side.pictures)


def _has_vectors(side: Side) -> bool:
    return side.vectors is not None


def _has_anything(side: Side) -> bool:
    return True


_HAS = {"texts": _has_texts, "tables": _has_tables, "pictures": _has_pictures, "vectors": _has_vectors}
_NEED_WORDS = {
    "texts": "texts to compare",
    "tables": "a folder of tables on both sides",
    "pictures": "pictures",
    "vectors": "a collection with vectors",
}


def _value(option: Option, given: Value | str) -> Value:
    """One value in the kind of the option's default."""
    if isinstance(option.default, bool):
        return _flag(option, given)
    if isinstance(option.default, str):
        return check_choice(str(given), option.choices, option.label) if option.choices else str(given)
    try:
        number = float(given)
    except ValueError:
        raise InputError(f"{option.label}: expected a number, got {given!r:.60}.") from None
    if not option.least <= number <= option.most:
        raise InputError(f"{option.label}: expected {option.least:g} to {option.most:g}, got {number:g}.")
    return number


def _flag(option: Option, given: Value | str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    known = words.get(str(given).casefold())
    if known is None:
        raise InputError(f"{option.label}: expected yes or no, got {given!r:.60}.")
    return known


class Reader:
    """Turns texts into (n, d) float32 unit rows with a model, each different text read once."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._progress: Progress = Silent()

    @contextmanager
    def watched(self, progress: Progress) -> Iterator[None]:
        """Within it, a progress is told of texts that are read."""
        self._progress = progress
        try:
            yield
        finally:
            self._progress = Silent()

    def __call__(self, texts: Sequence[str]) -> Floats:
        """The rows of the texts."""
        once = list(dict.fromkeys(texts))
        place = {text: row for row, text in enumerate(once)}
        if len(once) <= BLOCK:
            return _embed(self.model, once)[[place[text] for text in texts]]
        self._progress.start("reading texts", len(once))
        blocks = []
        for start in range(0, len(once), BLOCK):
            blocks.append(_embed(self.model, once[start : start + BLOCK]))
            self._progress.advance(min(start + BLOCK, len(once)))
        self._progress.finish()
        return np.concatenate(blocks)[[place[text] for text in texts]]


def _embed(model: str, texts: Sequence[str]) -> Floats:
    """(n, d) float32 unit rows of texts."""
    return POOL.get(model).encode_texts(texts)
