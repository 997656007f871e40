"""How long comparing two revisions takes beside comparing two texts plainly."""

import time
from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np
from numpy.random import Generator

from explorer.features.match.revisions.alignment import kept_of
from explorer.features.match.revisions.excision import excise
from explorer.features.match.revisions.tokens import numbered, tokens_of

WORDS, MARKS = 300, 160
REPEATS = 5


def timed(tokens: int, changed: float, seed: int) -> dict[str, float]:
    """Least seconds of a core over five runs, by name: ours, and plain two-way comparisons of original and reference.

    tokens: length of the made original, a third of it marks as in code. changed: share that a revision drops, and adds.
    """
    rng = np.random.default_rng(seed)
    original = _made(tokens, rng)
    texts = [" ".join(one) for one in (original, *(_revised(original, changed, rng) for _ in range(2)))]
    whole = [tokens_of(one) for one in texts]
    first, second, _ = numbered(*(one.words for one in whole))
    return {
        "three-way, with the score": _least(lambda: excise(whole[0], whole[1], whole[2])),
        "two-way, rapidfuzz": _least(lambda: kept_of(first, second)),
        "two-way, difflib": _least(lambda: SequenceMatcher(None, first, second).get_opcodes()),
        "two-way, difflib without its shortcut for frequent tokens": _least(
            lambda: SequenceMatcher(None, first, second, autojunk=False).get_opcodes(), repeats=1
        ),
    }


def _made(tokens: int, rng: Generator) -> list[str]:
    vocabulary = [f"w{number}" for number in range(WORDS)] + list("()=+.,:;") * (MARKS // 8)
    return [vocabulary[place] for place in rng.integers(0, len(vocabulary), tokens)]


def _revised(original: list[str], changed: float, rng: Generator) -> list[str]:
    drawn = rng.random((2, len(original)))
    new = _made(len(original), rng)
    found = []
    for place, token in enumerate(original):
        if drawn[0, place] >= changed:
            found.append(token)
        if drawn[1, place] < changed:
            found.append(new[place])
    return found


def _least(work: Callable[[], object], repeats: int = REPEATS) -> float:
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)
