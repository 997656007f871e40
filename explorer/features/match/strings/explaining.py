"""Why two names were matched: the characters that agree, and the value of each measure."""

import numpy as np

from explorer.features.match.method import Compared, Reasons, Task
from explorer.features.match.strings.agreement import AGREEMENT, Strengths, by_grams, placed
from explorer.features.match.strings.matching import AS_WRITTEN, EMBEDDING, MIXED, model_of, names_of
from explorer.features.match.strings.measures import MEASURES, Pairs
from explorer.features.match.strings.normalise import Normal, normalised
from explorer.features.match.strings.settings import Settings, settings_of
from explorer.features.match.strings.tfidf import pair_tfidf

LABELS = {
    "jaccard": "Shared letters",
    "jaro_winkler": "Jaro-Winkler",
    "osa": "Edits",
    "token_set": "Shared words",
    "tfidf": "Rare letters",
    "cosine": "Counts of letters",
    EMBEDDING: "Meaning",
}
"""Measures for people."""


def explain_by(measure: str, task: Task, left: int, right: int) -> Reasons:
    """One pair by one measure: its names with the characters that agree."""
    settings = settings_of(task.options)
    score, strengths, note = looked_at(measure, task, settings, (left, right))
    return Reasons(fields=(names_field(task, (left, right), settings.normal, score, strengths),), notes=(note,))


def explain_mix(task: Task, left: int, right: int) -> Reasons:
    """One pair by all measures of a mix, first its names with the letters that they share."""
    settings = settings_of(task.options)
    measures = (*MIXED, EMBEDDING) if task.options.get(EMBEDDING) else MIXED
    each = {name: looked_at(name, task, settings, (left, right)) for name in measures}
    mean = float(np.mean([score for score, _, _ in each.values()]))
    names = names_field(task, (left, right), settings.normal, mean, each["jaccard"][1])
    fields = tuple(Compared(name=LABELS[name], score=score) for name, (score, _, _) in each.items())
    return Reasons(fields=(names, *fields), notes=tuple(note for _, _, note in each.values()))


def explain_by_embedding(task: Task, left: int, right: int) -> Reasons:
    """One pair by what the names mean to the model."""
    score, strengths, note = looked_at(EMBEDDING, task, settings_of(task.options), (left, right))
    return Reasons(fields=(names_field(task, (left, right), AS_WRITTEN, score, strengths),), notes=(note,))


def looked_at(measure: str, task: Task, settings: Settings, rows: tuple[int, int]) -> tuple[float, Strengths, str]:
    """Value of a measure for one pair, the characters that it looks at, and a sentence."""
    first, second = normalised([task.left.texts[rows[0]], task.right.texts[rows[1]]], settings.normal)
    if measure == EMBEDDING:
        cosine = _cosine(task, rows)
        return cosine, ([], []), f"The model sees both names at a cosine of {cosine:.3f}; it points at no letters."
    if measure == "tfidf":
        return _by_tfidf(task, settings.normal, first, second)
    alone = np.zeros(1, np.int64)
    pair = Pairs(left=[first], right=[second], first=alone, second=alone, q=settings.q, prefix=settings.prefix)
    score = float(MEASURES[measure](pair)[0])
    if measure in ("jaccard", "cosine"):
        return score, by_grams(first, second, settings.q), _of_letters(first, second, settings.q)
    return score, AGREEMENT[measure](first, second), _sentence(measure, first, second, score)


def names_field(task: Task, rows: tuple[int, int], normal: Normal, score: float, strengths: Strengths) -> Compared:
    """Both names side by side as they are written, with the characters that agree."""
    left, right = task.left.texts[rows[0]], task.right.texts[rows[1]]
    return Compared(
        name=task.left.text,
        left=left,
        right=right,
        score=score,
        left_spans=placed(left, normal, strengths[0]),
        right_spans=placed(right, normal, strengths[1]),
    )


def _by_tfidf(task: Task, normal: Normal, first: str, second: str) -> tuple[float, Strengths, str]:
    """By the weights of letters in both whole lists."""
    left, right = names_of(task, normal)
    score, weights = pair_tfidf(left.names, right.names, first, second)
    mine, theirs = by_grams(first, second, 3, weights)
    rarest = max(weights, key=lambda gram: weights[gram], default="")
    note = (
        f"“{rarest}” counts most of the letters that both have." if rarest else "No three letters in a row are shared."
    )
    return score, (mine, theirs), note


def _cosine(task: Task, rows: tuple[int, int]) -> float:
    pair = model_of(task)([task.left.texts[rows[0]], task.right.texts[rows[1]]])
    return float(pair[0] @ pair[1])


def _of_letters(first: str, second: str, q: int) -> str:
    mine = {first[at : at + q] for at in range(max(1, len(first) - q + 1))}
    theirs = {second[at : at + q] for at in range(max(1, len(second) - q + 1))}
    return f"{len(mine & theirs)} of {len(mine | theirs)} different groups of {q} letters are in both."


def _sentence(measure: str, first: str, second: str, score: float) -> str:
    if measure == "osa":
        edits = round((1 - score) * max(len(first), len(second)))
        return f"{edits} edits turn one name into the other, of {max(len(first), len(second))} letters."
    if measure == "token_set":
        mine, theirs = set(first.split()), set(second.split())
        return f"{len(mine & theirs)} of {len(mine | theirs)} different words are in both."
    return f"Letters match that stand at about the same place: {score:.3f}, a common beginning counts more."
