"""TF-IDF of two and three letters in a row: of two whole lists, and of one pair with what each gram adds. Pure.

A name is read with a space before and behind it, so that its ends count. Weights as scikit-learn's TfidfTransformer
has them: 1 + log of the count, times 1 + log((1 + names) / (1 + names with the gram)), rows of length 1.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from explorer.features.match.grams import Sparse, gram_counts

LETTERS = (2, 3)


def tfidf_rows(left: Sequence[str], right: Sequence[str]) -> tuple[Sparse, Sparse]:
    """Unit rows (n, v) and (m, v) of two lists of names; a gram's rarity is that in both lists together."""
    from scipy.sparse import hstack, vstack
    from sklearn.feature_extraction.text import TfidfTransformer

    lists = [[_ended(name) for name in one] for one in (left, right)]
    counts = [gram_counts(lists, letters) for letters in LETTERS]
    both = vstack([hstack([one[side] for one in counts]) for side in (0, 1)]).tocsr()
    rows = TfidfTransformer(sublinear_tf=True).fit_transform(both)
    return rows[: len(left)], rows[len(left) :]


def pair_tfidf(left: Sequence[str], right: Sequence[str], first: str, second: str) -> tuple[float, Mapping[str, float]]:
    """Cosine of two names of two lists, and what each gram that both have adds to it."""
    names = [_ended(name) for one in (left, right) for name in one]
    counts = [_counted(_ended(name)) for name in (first, second)]
    rarity = {
        gram: log((1 + len(names)) / (1 + sum(gram in name for name in names))) + 1
        for gram in counts[0].keys() | counts[1].keys()
    }
    rows = [{gram: (1 + log(count)) * rarity[gram] for gram, count in one.items()} for one in counts]
    length = sqrt(sum(one**2 for one in rows[0].values())) * sqrt(sum(one**2 for one in rows[1].values()))
    adds = {gram: rows[0][gram] * rows[1][gram] / length for gram in rows[0].keys() & rows[1].keys()}
    return sum(adds.values()), adds


def _ended(name: str) -> str:
    return f" {name} "


def _counted(text: str) -> Counter[str]:
    return Counter(text[at : at + letters] for letters in LETTERS for at in range(len(text) - letters + 1))
