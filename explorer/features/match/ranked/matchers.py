"""The matchers of closed lists: titles, questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.encoders.pool import POOL
from explorer.features.match.best import Best, Scored, best_pairs
from explorer.features.match.embedded import text_vectors
from explorer.features.match.method import Candidates, Compared, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.probability import WAYS
from explorer.features.match.ranked.closed import (
    Calibrated,
    calibrate,
    entry_codes,
    joined_texts,
    known_entries,
    one_an_entry,
    with_scores,
)
from explorer.features.match.ranked.similar import BY, WHAT, Similar, similar_of
from explorer.features.tune.contract import pair_probabilities
from explorer.heads.head import Head, read_head

KNOWN = Option(
    name="known",
    label="Known answers",
    default="",
    columns="left",
    help="Column with the id or the text of the right one where it is known, empty elsewhere. From at least ten right "
    "and ten wrong answers, scores become probabilities.",
)
CURVE = Option(
    name="curve",
    label="Probabilities by",
    default="platt",
    choices=WAYS,
    help="platt: a logistic curve. isotonic: a staircase, for hundreds of known answers and more.",
)
KEEP = Option(name="keep", label="Answers", default=10.0, least=1, most=100, help="So many of each at most.")
LEAST = Option(
    name="least",
    label="No answer below",
    default=0.0,
    help="Answers with a lower score are left out; what has none left is not in the list.",
)
SCORED = Option(
    name="by",
    label="Score",
    default="both",
    choices=BY,
    help="The mean of letters and meaning, or one of them. A model that knows the field does better alone.",
)
ENTRY = Option(
    name="entry",
    label="Entry of the list",
    default="",
    columns="right",
    help="Column that says which texts of the list mean the same entry; the nearest of them stands for it.",
)
ATTRIBUTES = Option(
    name="attributes",
    label="Attributes",
    default="",
    columns="left",
    help="Column with what else is known, such as skills; read behind the title by the model, not by its letters. Best "
    "with a model that was tuned on titles with attributes.",
)
HEAD = Option(
    name="head",
    label="Head of Tune",
    default="",
    help="Name of a head of question pairs trained in Tune: scores are its probabilities. Without: similarities.",
)
SHORT = 50
"""So many of the list, the most alike, are looked at by a head."""


def _found(task: Task, score: Similar, progress: Progress, keep: int) -> Best:
    sizes = len(task.left), len(task.right)
    codes = entry_codes(task.right, str(task.options.get("entry", "")))
    return best_pairs(
        sizes,
        one_an_entry(_of_texts(task, score), codes),
        keep=keep,
        least=-1.1,
        same=task.same,
        progress=progress,
        what="comparing with the list",
    )


def _of_texts(task: Task, score: Similar) -> Callable[[Rows], Scored]:
    """The same scores, where one of the two texts is empty none."""
    left, right = (np.array([not text.strip() for text in side.texts]) for side in (task.left, task.right))

    def of(rows: Rows) -> Scored:
        found = score(rows)
        empty = left[rows][:, None] | right[None]
        return Scored(np.where(empty, np.float32(-np.inf), found.total), found.parts) if empty.any() else found

    return of


def _answered(task: Task, best: Best, scores: Floats, route: str, about: Mapping[str, object]) -> Candidates:
    """The answers that are good enough, with how many have none."""
    kept = with_scores(best, scores, float(task.options["least"]), int(task.options["keep"]), same=task.same)
    answered = np.concatenate([kept.left, kept.right]) if task.same else kept.left
    unanswered = len(task.left) - len(np.unique(answered))
    return candidates(
        kept.left,
        kept.right,
        kept.scores,
        routes=(route,),
        parts=kept.parts,
        about={**about, "without an answer": unanswered},
    )


def _calibrated(task: Task, best: Best) -> Calibrated:
    codes = entry_codes(task.right, str(task.options.get("entry", "")))
    known = known_entries(task, str(task.options["known"]), codes)
    return calibrate(best, known, codes, str(task.options["curve"]))


def _propose(task: Task, score: Similar, progress: Progress) -> Candidates:
    best = _found(task, score, progress, int(task.options["keep"]))
    found = _calibrated(task, best)
    scores = best.scores if found.curve is None else found.curve(best.scores)
    route = "similarity" if found.curve is None else "probability"
    return _answered(task, best, scores, route, {"scores": found.said})


def title_scores(task: Task) -> Similar:
    """How alike titles and the list are; attributes are read by the model alone."""
    column = str(task.options["attributes"])
    asked = task.left.texts
    joined = joined_texts(asked, task.left.strings(column)) if column else list(asked)
    return similar_of(task, letters=asked, meaning=joined, listed=task.right.texts)


def propose_titles(task: Task, progress: Progress) -> Candidates:
    """The likeliest entries of each title."""
    return _propose(task, title_scores(task), progress)


def question_scores(task: Task) -> Similar:
    """How alike questions and the list are."""
    return similar_of(task, letters=task.left.texts, meaning=task.left.texts, listed=task.right.texts)


def propose_questions(task: Task, progress: Progress) -> Candidates:
    """The likeliest questions of the list, by a head of Tune where one is named."""
    score = question_scores(task)
    name = str(task.options["head"])
    if not name:
        return _propose(task, score, progress)
    best = _found(task, score, progress, max(SHORT, int(task.options["keep"])))
    sure = head_probabilities(read_head(name), task, best)
    found = _calibrated(task, replace(best, scores=sure))
    scores = sure if found.curve is None else found.curve(sure)
    said = f"probabilities of the head {name}, calibrated in Tune on pairs of which about half were the same"
    about = {"scores": said if found.curve is None else found.said, "looked at": f"the {SHORT} most alike of each"}
    return _answered(task, best, scores, f"head {name}", about)


def head_probabilities(head: Head, task: Task, best: Best) -> Floats:
    """(p,) probabilities of pairs by a head, on vectors of the model that it was trained on."""
    encoder = POOL.get(head.encoder)
    head.check_encoder(encoder)
    texts = [*task.left.texts, *task.right.texts]
    once = {text: row for row, text in enumerate(dict.fromkeys(text for text in texts if text.strip()))}
    vectors = encoder.encode_texts(list(once))
    left, right = (_places(side.texts, once) for side in (task.left, task.right))
    found = np.zeros(len(best.left), np.float32)
    there = np.flatnonzero((left[best.left] >= 0) & (right[best.right] >= 0))
    for start in range(0, len(there), 4096):
        some = there[start : start + 4096]
        found[some] = pair_probabilities(head, vectors[left[best.left[some]]], vectors[right[best.right[some]]])
    return found


def _places(texts: Sequence[str], once: dict[str, int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array([once.get(text, -1) for text in texts], np.int64)


def _fields(task: Task, left: int, right: int, meant: str) -> tuple[Compared, ...]:
    """Letters and meaning of one pair. meant: what the model reads of the left one."""
    asked, other = task.left.texts[left], task.right.texts[right]
    plain = replace(task, embed=None, options={**task.options, "by": "letters"})
    letters = similar_of(plain, letters=[asked], meaning=[meant], listed=task.right.texts)(np.array([0]))
    fields = [Compared(name="letters", left=asked, right=other, score=float(letters.total[0, right]))]
    if task.embed is not None:
        one, two = text_vectors(task, [meant, other], WHAT)
        fields.append(Compared(name="meaning", left=meant, right=other, score=float(one @ two), least=-1.0))
    return tuple(fields)


def explain_titles(task: Task, left: int, right: int) -> Reasons:
    """How alike title and entry are, by letters without attributes and by meaning with them."""
    column = str(task.options["attributes"])
    extra = task.left.strings(column)[left] if column else ""
    return Reasons(fields=_fields(task, left, right, joined_texts([task.left.texts[left]], [extra])[0]))


def explain_questions(task: Task, left: int, right: int) -> Reasons:
    """How alike both questions are."""
    return Reasons(fields=_fields(task, left, right, task.left.texts[left]))


TITLES = MatchMethod(
    name="titles",
    label="Titles and a closed list of entries",
    formula="mean of cos of TF-IDF of letters and cos of meaning, title with attributes; as a probability where known",
    source="after VacancySBERT (Bocharova et al. 2023); Platt 1999",
    needs=("texts",),
    baseline="tfidf",
    trained="the curve on known answers, measured on others; a model of titles is trained in Tune",
    kind="texts",
    propose=propose_titles,
    explain=explain_titles,
    options=(SCORED, ATTRIBUTES, ENTRY, KNOWN, CURVE, KEEP, LEAST),
)
QUESTIONS = MatchMethod(
    name="questions",
    label="Questions and a list of questions",
    formula="P(both ask the same) by a head of Tune; else mean of cos of TF-IDF of letters and cos of meaning",
    source="after McCreery et al. 2020; Platt 1999",
    needs=("texts",),
    baseline="tfidf",
    trained="the head in Tune, in two stages; the curve on known answers",
    kind="texts",
    propose=propose_questions,
    explain=explain_questions,
    options=(HEAD, SCORED, KNOWN, CURVE, KEEP, LEAST),
)
RANKED = (TITLES, QUESTIONS)
