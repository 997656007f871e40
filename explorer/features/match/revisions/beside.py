"""What is usually computed of a reference and a candidate, without the original: BLEU, chrF, edit similarity. Pure."""

from collections import Counter
from collections.abc import Sequence
from math import exp, log

ORDERS, CHARACTERS, BETA = 4, 6, 2.0


def bleu(reference: Sequence[str], candidate: Sequence[str]) -> float:
    """0 to 1: BLEU of one sentence as tokens (Papineni and others 2002).

    As sacrebleu has it for sentences: up to four tokens in a row, fewer where the candidate is shorter; orders without
    a match count as 1/2, 1/4, 1/8 of one (Chen and Cherry 2014, NIST). 0 without a token in common or without text.
    """
    orders = min(ORDERS, len(candidate))
    if not orders or not reference:
        return 0.0
    logs, halves = 0.0, 1.0
    for order in range(1, orders + 1):
        mine, theirs = (_grams(one, order) for one in (candidate, reference))
        hits, total = (mine & theirs).total(), mine.total()
        if not hits:
            if order == 1:
                return 0.0
            halves *= 2
        logs += log((hits or 1 / halves) / total)
    short = min(0.0, 1 - len(reference) / len(candidate))
    return exp(logs / orders + short)


def chrf(reference: str, candidate: str) -> float:
    """0 to 1: mean F-score of 1 to 6 characters in a row, recall twice as heavy, spaces left out (Popović 2015)."""
    texts = ["".join(one.split()) for one in (reference, candidate)]
    found = []
    for order in range(1, min(CHARACTERS, *map(len, texts)) + 1):
        theirs, mine = (_grams(one, order) for one in texts)
        hits = (mine & theirs).total()
        found.append((hits / mine.total(), hits / theirs.total()))
    if not found:
        return 0.0
    precision, recall = (sum(values) / len(found) for values in zip(*found, strict=True))
    weighted = BETA**2 * precision + recall
    return (1 + BETA**2) * precision * recall / weighted if weighted else 0.0


def edit_similarity(reference: Sequence[str], candidate: Sequence[str]) -> float:
    """0 to 1: 1 − Levenshtein distance of tokens / tokens of the longer one (rapidfuzz); 1 for two empty texts."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(list(reference), list(candidate)))


def _grams(items: Sequence[str], order: int) -> Counter[Sequence[str]]:
    return Counter(tuple(items[place : place + order]) for place in range(len(items) - order + 1))
