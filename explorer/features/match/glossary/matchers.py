"""The matchers of columns and terms: letters, all offline parts, describe and compare, judge."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.match.best import Best, Scored, best_pairs, best_places
from explorer.features.match.embedded import text_vectors
from explorer.features.match.glossary import describing, judging
from explorer.features.match.glossary.material import COLUMN_OPTIONS, Material, material_of
from explorer.features.match.glossary.offline import WHAT, letters_of, offline_of
from explorer.features.match.glossary.reasons import column_reasons
from explorer.features.match.language_model.asking import LanguageModel
from explorer.features.match.language_model.endpoint import current_endpoint
from explorer.features.match.method import Candidates, MatchMethod, Option, Reasons, Task, candidates

KEEP = Option(
    name="keep",
    label="Terms a column",
    default=5.0,
    least=1,
    most=100,
    help="So many terms of each column are looked at further, the best.",
)
LEAST = Option(
    name="least",
    label="No answer below",
    default=0.0,
    least=0.0,
    most=1.0,
    help="A column of which no term scores higher gets none.",
)
LISTED = Option(
    name="listed",
    label="Length of the short list",
    default=10.0,
    least=2,
    most=judging.MOST_LISTED,
    help="So many terms are put before the language model, the best by letters and meaning.",
)
WAY = Option(
    name="way",
    label="Asked for",
    default=judging.CHOICE,
    choices=(judging.CHOICE, judging.YES_NO),
    help="One letter of a list, or yes or no for each term.",
)
WRITTEN = Option(
    name="written",
    label="Own descriptions",
    default="",
    columns="left",
    help="Column with descriptions by people; where it is filled, nothing is asked. Left out: written or "
    "column_description, where there is one.",
)
BASE = (*COLUMN_OPTIONS, KEEP, LEAST)


@contextmanager
def _language_model() -> Iterator[LanguageModel | None]:
    """The language model that is named, None where there is none."""
    endpoint = current_endpoint()
    model = LanguageModel(endpoint) if endpoint else None
    try:
        yield model
    finally:
        if model:
            model.close()


def _best(task: Task, material: Material, score: Callable[[Rows], Scored], progress: Progress, keep: int = 0) -> Best:
    return best_pairs(
        (len(material.columns), len(material.terms)),
        score,
        keep=keep or int(task.options["keep"]),
        least=0.0 if keep else float(task.options["least"]),
        same=task.same,
        progress=progress,
        what="comparing columns with terms",
    )


def _told(best: Best, task: Task, route: str, about: Mapping[str, object]) -> Candidates:
    answered = np.concatenate([best.left, best.right]) if task.same else best.left
    unanswered = len(task.left) - len(np.unique(answered))
    return candidates(
        best.left,
        best.right,
        best.scores,
        routes=(route,),
        parts=best.parts,
        about={**about, "columns without an answer": unanswered},
    )


def propose_letters(task: Task, progress: Progress) -> Candidates:
    """The best terms by letters alone."""
    material = material_of(task)
    return _told(_best(task, material, letters_of(material), progress), task, "letters", {})


def propose_offline(task: Task, progress: Progress) -> Candidates:
    """The best terms by letters, meaning, and meaning in the table."""
    material = material_of(task)
    best = _best(task, material, offline_of(task, material), progress)
    return _told(best, task, "letters and meaning", {"agrees with letters alone": _agreement(task, best, material)})


def _agreement(task: Task, best: Best, material: Material) -> str:
    """In how many columns the first term is the baseline's, in words."""
    sizes = len(material.columns), len(material.terms)
    plain = best_pairs(sizes, letters_of(material), keep=1, least=0.0, same=task.same, progress=Silent())
    mine, theirs = _first_answers(best, task.same), _first_answers(plain, task.same)
    same = sum(theirs.get(column) == term for column, term in mine.items())
    return f"{same:,} of {len(mine):,} first answers"


def _first_answers(best: Best, same: bool) -> dict[int, int]:
    """The best term of each column that has one; of one list (same) its best other column."""
    rows, others, scores = best.left, best.right, best.scores
    if same:
        rows, others, scores = np.append(rows, others), np.append(others, rows), np.tile(scores, 2)
    order = np.lexsort((others, -scores, rows))
    columns, first = np.unique(rows[order], return_index=True)
    return dict(zip(columns.tolist(), others[order][first].tolist(), strict=True))


def propose_described(task: Task, progress: Progress) -> Candidates:
    """The best terms by the cosine of their label and description with a description of the column."""
    material = material_of(task)
    with _language_model() as model:
        written = describing.descriptions(material.columns, model, progress)
        about: dict[str, object] = {"descriptions": f"{model.endpoint.model}, {model.asked:,} asked" if model else ""}
    if model is None:
        about["descriptions"] = describing.RULES
    texts = [*written, *(one.whole for one in material.terms)]
    columns, terms = np.split(text_vectors(task, texts, WHAT), [len(written)])

    def score(rows: Rows) -> Scored:
        found = columns[rows] @ terms.T
        return Scored(found, {"description": found})

    route = "description by a language model" if model else "description by rules"
    return _told(_best(task, material, score, progress), task, route, about)


def propose_judged(task: Task, progress: Progress) -> Candidates:
    """The best terms of a short list as a language model judges them."""
    material = material_of(task)
    short = _best(task, material, offline_of(task, material), progress, keep=int(task.options["listed"]))
    with _language_model() as model:
        if model is None:
            return _told(_cut(short, task), task, "judged by rules", {"judged": judging.RULES})
        found, probable = _judged(task, material, short, model, progress)
        about: dict[str, object] = {"judged": f"{model.endpoint.model}, {model.asked:,} asked"}
    if not probable:
        about["probabilities"] = judging.NO_PROBABILITIES
    parts = {"judged": found, "before": short.scores}
    scored = Best(short.left, short.right, found + 1e-3 * short.scores, parts)
    return _told(_cut(scored, task), task, "judged by a language model", about)


def _judged(
    task: Task, material: Material, short: Best, model: LanguageModel, progress: Progress
) -> tuple[Floats, bool]:
    """(p,) scores of the pairs of all short lists, and whether the endpoint gave probabilities."""
    if not len(short.left):
        return np.empty(0, np.float32), True
    rows, starts = np.unique(short.left, return_index=True)
    lists = [[material.terms[term] for term in one] for one in np.split(short.right, starts[1:])]
    told = judging.judge(model, [material.columns[row] for row in rows], lists, str(task.options["way"]), progress)
    return np.concatenate([one.scores for one in told]), all(one.probable for one in told)


def _cut(best: Best, task: Task) -> Best:
    """The best pairs of each column that score above the least."""
    least, keep = float(task.options["least"]), int(task.options["keep"])
    places = best_places(best, best.scores, keep, same=task.same)
    kept = places[best.scores[places] > least]
    parts = {name: values[kept] for name, values in best.parts.items()}
    return Best(best.left[kept], best.right[kept], best.scores[kept], parts)


def explain(task: Task, left: int, right: int) -> Reasons:
    """Name, meaning and table side by side, with how alike each is."""
    material = material_of(replace(task, left=task.left.take([left]), right=task.right))
    return column_reasons(task, material, right)


def explain_described(task: Task, left: int, right: int) -> Reasons:
    """As `explain`, with the description of the column."""
    material = material_of(replace(task, left=task.left.take([left]), right=task.right))
    with _language_model() as model:
        description = describing.known_description(material.columns[0], model)
    found = column_reasons(task, material, right, description)
    who = "by people" if material.columns[0].written else "by a language model" if model else "by rules"
    said = f"Described {who}: {description}" if description else "The language model was not asked about this column."
    return replace(found, notes=(said, *found.notes))


LETTERS = MatchMethod(
    name="columns-letters",
    label="Columns and glossary: letters",
    formula="cosine of TF-IDF of 2 to 4 letters within words, name of the column against label of the term",
    needs=("texts",),
    kind="columns",
    propose=propose_letters,
    explain=explain,
    options=BASE,
)
OFFLINE = MatchMethod(
    name="columns",
    label="Columns and glossary: letters and meaning",
    formula="(letters + max(cos with label, cos with description) + ½ cos of table and column with label) / 2.5",
    source="rules write headers out; vectors of the chosen model",
    needs=("texts",),
    baseline="columns-letters",
    kind="columns",
    propose=propose_offline,
    explain=explain,
    options=BASE,
)
DESCRIBED = MatchMethod(
    name="columns-described",
    label="Columns and glossary: described, then compared",
    formula="cos(description of the column by a language model, label and description of the term)",
    source="Metadata to business glossary with language models, family 1 (SemTab 2024 Metadata2KG); rules without one",
    needs=("texts",),
    baseline="columns",
    kind="columns",
    propose=propose_described,
    explain=explain_described,
    options=(*BASE, WRITTEN),
)
JUDGED = MatchMethod(
    name="columns-judged",
    label="Columns and glossary: judged by a language model",
    formula="P(letter of the term) in a choice among a short list, or P(yes) for each term of it",
    source="Metadata to business glossary with language models, family 2 (SemTab 2024 Metadata2KG); rules without one",
    needs=("texts",),
    baseline="columns",
    kind="columns",
    propose=propose_judged,
    explain=explain,
    options=(*COLUMN_OPTIONS, KEEP, replace(LEAST, default=0.2), LISTED, WAY),
)
COLUMNS = (LETTERS, OFFLINE, DESCRIBED, JUDGED)
