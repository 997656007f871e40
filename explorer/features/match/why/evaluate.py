"""Whether the sentence that answers is found: on LIMIT-small, and on queries made from held-out texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress
from explorer.encoders.sentence import load_minilm
from explorer.features.match.why.model import LOOKS_FROM, WhyModel
from explorer.features.match.why.network import Shape
from explorer.features.match.why.pairs import made_pair
from explorer.features.match.why.reading import read_texts
from explorer.features.match.why.sentences import sentence_scores, sentences_of
from explorer.features.match.why.training import Plan, train_fusion

WAYS = {
    "mean": "cross-attention, mean over the tokens of a sentence",
    "sum": "cross-attention, sum over them",
    "last": "cross-attention of the last block, mean",
    "cosine": "sentence of highest cosine, read by itself (baseline)",
    "chance": "one sentence at random (baseline)",
}


@dataclass(frozen=True)
class Case:
    """A query, a text and the number of the sentence of it that answers."""

    query: str
    text: str
    sentence: int


@dataclass(frozen=True, kw_only=True)
class Localised:
    """R@1: how often the first sentence is the right one. found: by way, of `WAYS`. said: ROUGE-1 and ROUGE-L (F) of
    the snippet against the right sentence, and of the copy of the first sentence in its place.
    """

    found: Mapping[str, Score]
    said: Mapping[str, Score]


def limit_cases(count: int = 400, seed: int = 0, held: bool = True) -> list[Case]:
    """Questions of LIMIT-small with one of their texts and the clause that names what is asked for.

    held: of the second half of the questions, see `limit_given`.
    """
    from explorer.features.diagnose.contract import limit_small

    known = limit_small()
    rng = np.random.default_rng(seed)
    cases = []
    for row in range(len(known.queries) // 2 if held else 0, len(known.queries)):
        for column in np.flatnonzero(known.relevant[row]):
            text = known.documents[column]
            asked = known.queries[row].removeprefix("Who likes ").removesuffix("?")
            for number, span in enumerate(sentences_of(text)):
                clause = text[slice(*span)].rstrip(".").rpartition(" likes ")[2]
                if clause == asked:
                    cases.append(Case(known.queries[row], text, number))
    return [cases[place] for place in rng.permutation(len(cases))[:count]]


def limit_given() -> tuple[tuple[str, ...], list[tuple[str, int]]]:
    """The texts of LIMIT-small, and the first half of its questions with the texts that answer, to learn from."""
    from explorer.features.diagnose.contract import limit_small

    known = limit_small()
    half = known.relevant[: len(known.queries) // 2]
    return known.documents, [(known.queries[row], int(column)) for row, column in np.argwhere(half)]


def localise(model: WhyModel, cases: Sequence[Case], said: int = 60, seed: int = 0) -> Localised:
    """R@1 of every way over the cases, and how well the snippets of the first `said` of them say the right sentence."""
    hits: dict[str, list[float]] = {way: [] for way in WAYS}
    for case in cases:
        for way, scores in _scores(model, case).items():
            hits[way].append(float(int(np.argmax(scores)) == case.sentence))
        hits["chance"].append(1 / len(sentences_of(case.text)))
    told: dict[str, list[float]] = {"rouge-1": [], "rouge-l": [], "copy rouge-1": []}
    for case in cases[:said] if model.shape.says else []:
        why = model.explain(case.query, case.text)
        right = case.text[slice(*why.sentences[case.sentence])]
        told["rouge-1"].append(rouge(why.snippet, right))
        told["rouge-l"].append(rouge(why.snippet, right, longest=True))
        told["copy rouge-1"].append(rouge(case.text[slice(*why.sentences[why.best])], right))
    return Localised(
        found={way: mean_score(np.array(values), seed) for way, values in hits.items()},
        said={name: mean_score(np.array(values), seed) for name, values in told.items() if values},
    )


def _scores(model: WhyModel, case: Case) -> dict[str, NDArray[np.floating]]:
    """Of each way, the scores of the sentences."""
    told = read_texts([case.text])[0]
    attention = model.attention(case.query, case.text)
    looked = {"mean": (LOOKS_FROM, "mean"), "sum": (LOOKS_FROM, "sum"), "last": (-1, "mean")}
    scores = {
        way: sentence_scores(attention[block], told.owners, len(told.sentences), by)
        for way, (block, by) in looked.items()
    }
    return {**scores, "cosine": cosines(case.query, case.text)}


def cosines(query: str, text: str) -> NDArray[np.float32]:
    """(s,) cosine of a query with each sentence of a text, each read by itself by the model that searches."""
    return np.asarray(_sentence_vectors(text) @ load_minilm().encode([query])[0], np.float32)


@lru_cache(64)
def _sentence_vectors(text: str) -> Floats:
    """(s, 384) of the sentences of a text, each by itself."""
    return load_minilm().encode([text[slice(*span)] for span in sentences_of(text)])


def rouge(said: str, right: str, longest: bool = False) -> float:
    """F1 of words: ROUGE-1, words counted as often as they stand; with `longest` ROUGE-L, of the longest common
    subsequence. 0 where either has no words. Source: Lin 2004, ROUGE.
    """
    import re
    from collections import Counter

    one, other = (re.findall(r"\w+", text.casefold()) for text in (said, right))
    if not one or not other:
        return 0.0
    shared = _common(one, other) if longest else sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = row
        row = [0]
        for place, match in enumerate(other):
            row.append(before[place] + 1 if word == match else max(row[place], before[place + 1]))
    return row[-1]


def made_cases(texts: Sequence[str], count: int = 400, seed: int = 0) -> list[Case]:
    """Queries of some words of a sentence, of texts of at least two sentences, each with that sentence."""
    rng = np.random.default_rng(seed)
    able = [number for number, text in enumerate(texts) if len(sentences_of(text)) > 1]
    pairs = [made_pair(texts[number], number, rng) for number in rng.permutation(able)[:count]]
    return [Case(pair.query, texts[pair.text], pair.sentence) for pair in pairs]


def trained_on(
    texts: Sequence[str],
    alpha: float,
    steps: int,
    progress: Progress,
    *,
    given: Sequence[tuple[str, int]] = (),
    seed: int = 0,
) -> WhyModel:
    """A fusion trained on texts, in a folder that goes away again."""
    plan = Plan(alpha=alpha, steps=steps, seed=seed)
    with TemporaryDirectory() as folder:
        made = train_fusion(texts, plan, Path(folder) / "fit", progress, given=given)
    return WhyModel(made.network, made.vocabulary, Shape(says=alpha > 0), {})
