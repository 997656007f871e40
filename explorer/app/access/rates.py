"""How often something may be tried: by one address, and by all together."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

REMEMBERED = 10_000  # names whose tries are counted; the one that tried longest ago goes first


@dataclass
class Rate:
    """At most `each` tries of one name and `total` of all within `seconds`; a try leaks away as time goes by.

    Each counter falls steadily, so that a name that used up its tries gets one back every seconds / each.
    """

    each: int
    total: int
    seconds: float
    _counts: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, repr=False)
    _all: tuple[float, float] = (0.0, 0.0)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def wait(self, name: str, now: float | None = None) -> int:
        """Seconds until `name` may try again; 0 for at once."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            one = self._left(self._counts.get(name, (0.0, moment)), self.each, moment)
            everyone = self._left(self._all, self.total, moment)
        over_one = (one + 1 - self.each) * self.seconds / self.each
        over_all = (everyone + 1 - self.total) * self.seconds / self.total
        return max(0, -int(-max(over_one, over_all) // 1))

    def count(self, name: str, now: float | None = None) -> None:
        """Count one try of `name`."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            self._counts[name] = (self._left(self._counts.pop(name, (0.0, moment)), self.each, moment) + 1, moment)
            self._all = (self._left(self._all, self.total, moment) + 1, moment)
            while len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)

    def take(self, name: str, now: float | None = None) -> int:
        """Count a try when it is allowed; seconds until the next one otherwise, 0 when it was."""
        wait = self.wait(name, now)
        if not wait:
            self.count(name, now)
        return wait

    def _left(self, counter: tuple[float, float], most: int, moment: float) -> float:
        count, at = counter
        return max(0.0, count - (moment - at) * most / self.seconds)


WRONG_KEYS = Rate(each=10, total=300, seconds=600)
"""Wrong keys and invitation codes."""
JOINS = Rate(each=300, total=6_000, seconds=60)
"""Pages of campaigns that are opened, by address; a lecture hall has one address for all."""
ANSWERS = Rate(each=600, total=60_000, seconds=60)
"""Requests that bring answers, by ticket."""


def too_fast(body: object) -> int:
    """Seconds until a request with this ticket is taken again; 0 when it is taken now, and counted."""
    ticket = body.get("ticket", "") if isinstance(body, Mapping) else ""
    return ANSWERS.take(str(ticket)[-80:])
