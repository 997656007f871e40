"""Names in the order in which people count: 2.jpg before 10.jpg."""

import re
from collections.abc import Iterable


def natural_order(names: Iterable[str]) -> list[str]:
    """The names sorted so that numbers in them count as numbers: 2.jpg before 10.jpg."""
    return sorted(names, key=lambda one: ([_part(part) for part in re.split(r"([0-9]+)", one.casefold())], one))


def _part(text: str) -> tuple[bool, int, str]:
    return (False, int(text), "") if text.isdecimal() else (True, 0, text)
