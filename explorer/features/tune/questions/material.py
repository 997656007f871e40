"""Pairs of questions with a label, divided by their first question, never by pair."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.features.tune.lexical import plain_title

LEAST_ANCHORS, LEAST_EACH = 10, 10
YES = ("1", "1.0", "yes", "true", "similar", "same")
NO = ("0", "0.0", "no", "false", "different", "other")


@dataclass(frozen=True)
class QuestionPairs:
    """n pairs. first, second: the questions. similar: (n,) whether they ask the same. anchors: (n,) number of the first
    question, equal for pairs that share it. answers: (text of a question, its answer) for stage one, maybe none.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    similar: Mask
    anchors: Rows
    answers: tuple[tuple[str, str], ...] = ()


def pairs_of(
    first: Sequence[str],
    second: Sequence[str],
    labels: Sequence[str],
    answers: Sequence[str] | None = None,
) -> QuestionPairs:
    """Pairs with their labels in words; those with an empty question or label are left out.

    answers: one to each first question, "" for none. InputError for labels that are neither yes nor no, fewer than ten
    first questions, or fewer than ten pairs of either kind.
    """
    kept = [i for i, three in enumerate(zip(first, second, labels, strict=True)) if all(text.strip() for text in three)]
    said = [labels[i].strip().lower() for i in kept]
    odd = sorted({one for one in said if one not in YES + NO})
    if odd:
        raise InputError(
            f"Labels of pairs: expected one of {', '.join(YES)} for questions that ask the same and one of "
            f"{', '.join(NO)} for others, got {odd[0][:40]!r}."
        )
    similar = np.array([one in YES for one in said], dtype=np.bool_)
    if min(int(similar.sum()), int((~similar).sum())) < LEAST_EACH:
        raise InputError(
            f"Expected at least {LEAST_EACH} pairs that ask the same and {LEAST_EACH} that do not, got "
            f"{int(similar.sum()):,} and {int((~similar).sum()):,}. Pairs of one kind alone teach nothing."
        )
    names = np.array([plain_title(first[i]) for i in kept], dtype=object)
    anchors = np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int64)
    if anchors.max() + 1 < LEAST_ANCHORS:
        raise InputError(
            f"Expected at least {LEAST_ANCHORS} different first questions, got {int(anchors.max()) + 1}: folds are "
            "made by first question, so that no question is tested that was learned from."
        )
    told = answers or []
    known = {(first[i].strip(), told[i].strip()) for i in range(len(told)) if first[i].strip() and told[i].strip()}
    return QuestionPairs(
        first=tuple(first[i].strip() for i in kept),
        second=tuple(second[i].strip() for i in kept),
        similar=similar,
        anchors=anchors,
        answers=tuple(sorted(known)),
    )


def folds(anchors: Rows, count: int = 5, seed: int = 0) -> Iterator[tuple[Rows, Rows]]:
    """(train, test) numbers of pairs, `count` times; all pairs of one first question are on the same side."""
    order = np.random.default_rng(seed).permutation(int(anchors.max()) + 1)
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = np.arange(len(order)) % count
    for number in range(count):
        out = fold[anchors] == number
        yield np.flatnonzero(~out), np.flatnonzero(out)


def check_folds(pairs: QuestionPairs, seeds: Sequence[int], count: int = 5) -> None:
    """InputError where one of the folds leaves pairs of one kind alone to learn from."""
    for seed in seeds:
        for train, _ in folds(pairs.anchors, count, seed):
            if len(np.unique(pairs.similar[train])) < 2:
                rare = pairs.similar[train].any()  # what is left: pairs that ask the same, so the others are lacking
                kind = "do not ask the same" if rare else "ask the same"
                asked = len(np.unique(pairs.anchors[pairs.similar != rare]))
                raise InputError(
                    f"Pairs that {kind} stand with {asked:,} of the {int(pairs.anchors.max()) + 1:,} first questions: "
                    "with these held out nothing of their kind is left to learn from. Add such pairs with other first "
                    "questions."
                )


def fewer(train: Rows, anchors: Rows, pairs: int, seed: int) -> Rows:
    """About `pairs` of the training pairs: whole first questions in one random order."""
    order = np.random.default_rng(seed).permutation(np.unique(anchors[train]))
    place = np.empty(int(anchors.max()) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    ranked = train[np.argsort(place[anchors[train]], kind="stable")]
    return np.sort(ranked[:pairs])


def anchor_triples(scores: NDArray[np.float32], similar: Mask, anchors: Rows) -> NDArray[np.float64]:
    """(t,) for each first question with pairs of both kinds: the share of its (similar, different) pairs that are in
    the right order, equal scores counting half.
    """
    found = []
    for one in np.unique(anchors):
        there = anchors == one
        good, bad = scores[there & similar], scores[there & ~similar]
        if len(good) and len(bad):
            ahead = good[:, None] - bad[None, :]
            found.append(float(((ahead > 0) + 0.5 * (ahead == 0)).mean()))
    return np.array(found)
