"""Prices as shops write them."""

import math
import re
from collections.abc import Iterable

import numpy as np

from explorer.base.arrays import Doubles

_NUMBER = re.compile(r"\d[\d.,' \u00a0\u202f]*")
LEAST_RATIO, MOST_RATIO = 0.5, 2.0


def price_of(value: object) -> float:
    """A price above 0, NaN where there is none: 16.99, "$1,299.00", "1.299,00 €", "12,5"."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) and value > 0 else math.nan
    if value is None:
        return math.nan
    found = _NUMBER.search(str(value))
    if not found or "-" in str(value)[: found.start()]:
        return math.nan
    price = float(_plain(re.sub(r"[' \u00a0\u202f]", "", found.group()).rstrip(".,")))
    return price if price > 0 and math.isfinite(price) else math.nan


def _plain(digits: str) -> str:
    """Digits with a point as the only sign: the last sign is the decimal one, unless three digits follow it alone."""
    signs = [place for place, sign in enumerate(digits) if sign in ".,"]
    if not signs:
        return digits
    last, kinds = signs[-1], {digits[place] for place in signs}
    whole, part = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
    thousands = len(kinds) == 1 and (len(signs) > 1 or (len(part) == 3 and whole != "0"))
    return whole + part if thousands else f"{whole or '0'}.{part}"


def prices_of(values: Iterable[object]) -> Doubles:
    """(n,) prices, NaN where there is none."""
    return np.array([price_of(one) for one in values], np.float64)


def price_fits(left: Doubles, right: Doubles) -> np.ndarray:
    """Whether the right price is 0.5 to 2 times the left one; True where one of them is not known."""
    with np.errstate(invalid="ignore"):
        near = (right >= LEAST_RATIO * left) & (right <= MOST_RATIO * left)
    return np.asarray(near | ~np.isfinite(left) | ~np.isfinite(right))
