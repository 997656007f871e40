"""The model as it is, one shared, experts, and one model a domain beside each other, a threshold for every domain."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.tune.experts.learn import EXPERTS, SHARED, SINGLE, Course, Trained, only, train_way
from explorer.features.tune.experts.material import Asked
from explorer.features.tune.experts.thresholds import BestF1, auc, best_f1, f1_at, f1_max, histogram
from explorer.features.tune.lexical import pair_cosines

UNTUNED, LEXICAL = "untuned", "letters"
LABELS = {
    LEXICAL: "TF-IDF of letters",
    UNTUNED: "MiniLM as it is",
    SHARED: "One shared model",
    EXPERTS: "Experts",
    SINGLE: "One model a domain",
}
ALL = ""


@dataclass(frozen=True, kw_only=True)
class DomainScore:
    """How a way does on the tested pairs of a domain; with domain "" on all, under one threshold over all domains.

    best: F1max. chosen: F1 with the threshold that was best on the watched pairs. edges, yes, no: histogram of cosines.
    """

    way: str
    domain: str
    best: BestF1
    chosen: float
    auc: float
    pairs: int
    edges: tuple[float, ...]
    yes: tuple[int, ...]
    no: tuple[int, ...]


@dataclass(frozen=True)
class DomainReport:
    """What was measured. trained: pairs that were learned from. heads: domain to the name of the model made for it."""

    scores: tuple[DomainScore, ...]
    domains: tuple[str, ...]
    trained: int
    loss: str
    heads: dict[str, str]


def measure_ways(course: Course) -> tuple[tuple[DomainScore, ...], Trained]:
    """Scores of all ways in every domain, and the trained experts."""
    found = [*_scores(course, LEXICAL, *(_lexical(course, asked) for asked in _parts(course)))]
    untuned = course.base.vectors()
    size = len(course.pairs.first)

    def as_it_is(asked: Asked) -> Floats:
        return np.asarray((untuned[asked.first] * untuned[asked.second + size]).sum(axis=1), dtype=np.float32)

    found += _scores(course, UNTUNED, *(as_it_is(asked) for asked in _parts(course)))
    experts = None
    for way in (SHARED, SINGLE, EXPERTS):
        trained = train_way(course, way)
        found += _scores(course, way, *(trained.cosines(asked) for asked in _parts(course)))
        experts = trained
    assert experts is not None
    return tuple(found), experts


def _parts(course: Course) -> tuple[Asked, Asked]:
    return course.split.watch, course.split.test


def _lexical(course: Course, asked: Asked) -> Floats:
    first = [course.pairs.first[i] for i in asked.first]
    return pair_cosines(first, [course.pairs.second[i] for i in asked.second], "letters")


def _scores(course: Course, way: str, watched: Floats, tested: Floats) -> list[DomainScore]:
    watch, test = _parts(course)
    found = []
    for number, name in [*enumerate(course.pairs.names), (-1, ALL)]:
        before = watch.domains == number if name else np.ones(len(watch.first), dtype=np.bool_)
        there = test.domains == number if name else np.ones(len(test.first), dtype=np.bool_)
        threshold = f1_max(watched[before], only(watch, before).alike)[1]
        cosines, alike = tested[there], test.alike[there]
        edges, yes, no = histogram(cosines, alike)
        found.append(
            DomainScore(
                way=way,
                domain=name,
                best=best_f1(cosines, alike),
                chosen=f1_at(cosines, alike, threshold),
                auc=auc(cosines, alike),
                pairs=int(there.sum()),
                edges=tuple(edges.tolist()),
                yes=tuple(yes),
                no=tuple(no),
            )
        )
    return found
