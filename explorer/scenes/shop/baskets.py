"""What customers bought together: one of a kind and one of its partner kind, seldom two that stand in for another."""

from collections.abc import Sequence

import numpy as np
from numpy.random import PCG64, Generator

from explorer.scenes.shop.products import Product
from explorer.scenes.shop.words import KINDS

COUNT, NEW = 4000, 0.1
BOTH, STRAY = 0.85, 0.2
"""How often both of a pair are bought; how often something without relation comes along."""


def shop_baskets(products: Sequence[Product], seed: int = 2, count: int = COUNT) -> list[list[str]]:
    """Baskets of ids, each of one to four different things. A tenth of the products is new and in none of them.

    Within a kind some sell far more than others. People who buy from one brand like to stay with it.
    """
    rng = Generator(PCG64(seed))
    sold = [one for one in products if rng.random() >= NEW]
    by_kind = {kind: [one for one in sold if one.kind == kind] for kind in KINDS}
    wanted = {kind: rng.permutation(1 / np.arange(1, len(some) + 1) ** 0.7) for kind, some in by_kind.items()}
    baskets = []
    for _ in range(count):
        kind = tuple(KINDS)[int(rng.integers(len(KINDS)))]
        basket = [_drawn(by_kind[kind], wanted[kind], "", rng)]
        if rng.random() < BOTH:
            partner = KINDS[kind].partner
            basket.append(_drawn(by_kind[partner], wanted[partner], basket[0].brand, rng))
        while rng.random() < STRAY:
            basket.append(sold[int(rng.integers(len(sold)))])
        baskets.append(list(dict.fromkeys(one.id for one in basket)))
    return baskets


def _drawn(some: Sequence[Product], wanted: np.ndarray, brand: str, rng: Generator) -> Product:
    liked = wanted * np.array([3.0 if one.brand == brand else 1.0 for one in some])
    return some[int(rng.choice(len(some), p=liked / liked.sum()))]
