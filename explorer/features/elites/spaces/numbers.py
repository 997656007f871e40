"""Candidates that are plain vectors of numbers, asked of one of pyribs' emitters: for functions with known answers."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles
from explorer.features.elites.archive import REJECTED, Became
from explorer.features.elites.loop import Answers, Proposals

if TYPE_CHECKING:
    from ribs.emitters import EmitterBase


class RibsNumbers:
    """A pyribs emitter in our loop; pyribs does not tell which elite a candidate comes from, so parents are -1."""

    def __init__(self, emitter: "EmitterBase") -> None:
        self.emitter = emitter

    def ask(self, most: int) -> Proposals:
        """The emitter's next batch, cut to `most`."""
        asked = np.asarray(self.emitter.ask())
        return Proposals(list(asked[:most]), asked[:most], asked, np.full(min(most, len(asked)), -1, dtype=np.int64))

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:
        """Pass the outcome on; a batch with failures, or cut short at the end, teaches nothing."""
        if len(proposals) != len(proposals.asked) or not np.isfinite(gains).all():
            return
        self.emitter.tell(proposals.asked, answers.quality, answers.measures, told(status, gains))


def told(status: Became, gains: Doubles) -> dict[str, NDArray[Any]]:
    """What pyribs' emitters want to know of a batch."""
    return {"status": np.where(status > REJECTED, status, 0).astype(np.int32), "value": gains}
