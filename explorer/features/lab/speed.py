"""How many queries a second a way to search answers, one after another, as people ask them."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

from explorer.base.arrays import Floats
from explorer.features.lab.report import Span

ROUNDS, SECONDS, LEAST = 5, 0.3, 8


def per_second(ask: Callable[[Floats], object], queries: Floats) -> Span:
    """Queries a second: the median of five rounds, with the slowest and the fastest.

    ask: answers a (1, d) array with one query. queries: (q, d), asked one by one in turn, at least eight a round and
    for at least 0.3 seconds; one query before the first round warms up.
    """
    ask(queries[:1])
    rates = sorted(_round(ask, queries, number) for number in range(ROUNDS))
    return Span(median(rates), rates[0], rates[-1])


def _round(ask: Callable[[Floats], object], queries: Floats, number: int) -> float:
    start, asked = perf_counter(), 0
    while asked < LEAST or perf_counter() - start < SECONDS:
        place = (number + asked) % len(queries)
        ask(queries[place : place + 1])
        asked += 1
    return asked / (perf_counter() - start)
