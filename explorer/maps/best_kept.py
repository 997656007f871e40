"""The nearest that were found so far, kept sorted: inner loops that numba compiles (see `compiled`).

Tables are (n, k): numbers int32, -1 where nothing was found yet; similarities float32; fresh bool, whether an entry
came in the round before. Of equal similarities the one that came first stays before.
"""

from typing import Any

import numpy as np


def keep_products(products: Any, those: Any, low: int, own: Any, table: Any) -> None:
    """Take the (p, c) products of the queries `those` (p,) with items `low`, `low` + 1 and so on into the table.

    own: (n,) the number of each query itself, which is left out; -1: it is none of the items.
    """
    numbers, similarities, fresh = table
    last = numbers.shape[1] - 1
    for row in range(len(products)):
        i = those[row]
        for column in range(products.shape[1]):
            value = products[row, column]
            if value > similarities[i, last] and low + column != own[i]:
                place = last
                while place > 0 and similarities[i, place - 1] < value:
                    similarities[i, place] = similarities[i, place - 1]
                    numbers[i, place] = numbers[i, place - 1]
                    place -= 1
                similarities[i, place], numbers[i, place], fresh[i, place] = value, low + column, True


def keep_beyond(sides: Any, links: Any, seen: Any, table: Any) -> None:
    """Take the neighbours of the queries' neighbours into the table; `fresh` says afterwards what came now.

    sides: (q, d) queries, (q,) the number of each, -1 for none, and all (m, d) items. links: (m, l) neighbours of each
    item, -1 for none, and whether each is fresh: two links that are both old were looked at before. seen: room for
    at least twice as many numbers as are looked at for a query, a power of two.
    """
    (queries, own, items), (beyond, fresh_beyond), (numbers, similarities, fresh) = sides, links, table
    last, mask = numbers.shape[1] - 1, len(seen) - 1
    first, was_fresh = numbers.copy(), fresh.copy()
    fresh[:] = False
    for i in range(len(queries)):
        seen[:] = -1
        for place in range(last + 1):
            number = first[i, place]
            slot = (np.int64(number) * 40503) & mask
            while seen[slot] >= 0 and seen[slot] != number:
                slot = (slot + 1) & mask
            seen[slot] = number
        for hop in range(min(last + 1, beyond.shape[1] // 2)):
            number = first[i, hop]
            if number < 0:
                break
            for link in range(beyond.shape[1]):
                other = beyond[number, link]
                if other < 0 or other == own[i] or not (was_fresh[i, hop] or fresh_beyond[number, link]):
                    continue
                slot = (np.int64(other) * 40503) & mask
                while seen[slot] >= 0 and seen[slot] != other:
                    slot = (slot + 1) & mask
                if seen[slot] == other:
                    continue
                seen[slot] = other
                value = np.float32(0)
                for column in range(queries.shape[1]):
                    value += queries[i, column] * items[other, column]
                if value > similarities[i, last]:
                    place = last
                    while place > 0 and similarities[i, place - 1] < value:
                        similarities[i, place] = similarities[i, place - 1]
                        numbers[i, place] = numbers[i, place - 1]
                        fresh[i, place] = fresh[i, place - 1]
                        place -= 1
                    similarities[i, place], numbers[i, place], fresh[i, place] = value, other, True


def links_back(there: Any, fresh: Any) -> Any:
    """(m, l) the first items that link to each by the (m, l) links, -1 where fewer do; and whether each is fresh."""
    back, fresh_back = np.full(there.shape, -1, np.int32), np.zeros(there.shape, np.bool_)
    count = np.zeros(len(there), np.int32)
    for column in range(there.shape[1]):
        for i in range(len(there)):
            other = there[i, column]
            if other >= 0 and count[other] < there.shape[1]:
                back[other, count[other]], fresh_back[other, count[other]] = i, fresh[i, column]
                count[other] += 1
    return back, fresh_back
