"""Texts on their way through MiniLM, kept where the first trained layer begins: what lies below is run once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.progress import Progress, Silent
from explorer.base.torch_device import one_thread
from explorer.encoders._bert import LAYERS, MiniBert

if TYPE_CHECKING:
    import torch

_BATCH = 128


@dataclass(frozen=True)
class CachedTexts:
    """States of n texts before a layer. states: (sum of lengths, 384) float16, text after text. lengths: (n,)."""

    states: NDArray[np.float16]
    lengths: Rows

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.lengths)

    @cached_property
    def starts(self) -> Rows:
        """(n,) where each text begins."""
        return np.cumsum(self.lengths) - self.lengths

    def batch(self, rows: Rows) -> "tuple[torch.Tensor, torch.Tensor]":
        """(b, l, 384) states and (b, l) mask of some texts, as long as the longest of them."""
        import torch

        lengths = self.lengths[rows]
        places = np.arange(lengths.max())[None, :]
        mask = places < lengths[:, None]
        x = self.states[np.where(mask, self.starts[rows][:, None] + places, 0)].astype(np.float32)
        return torch.from_numpy(x * mask[:, :, None]), torch.from_numpy(mask)


@one_thread()
def cache_texts(
    tower: MiniBert, texts: Sequence[str], trained: int, most: int, progress: Progress | None = None
) -> CachedTexts:
    """Run n texts, cut to `most` tokens, through all but the last `trained` layers of the tower."""
    import torch

    progress = progress or Silent()
    read = [ids for start in range(0, len(texts), 1024) for ids in tower.read(texts[start : start + 1024], most)]
    lengths = np.array([len(ids) for ids in read], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    states = np.empty((int(lengths.sum()), tower.dim), dtype=np.float16)
    order = np.argsort(lengths, kind="stable")
    progress.start("reading the texts", len(texts))
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        ids = torch.zeros((len(rows), int(lengths[rows].max())), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : lengths[row]] = torch.tensor(read[row])
        mask = torch.arange(ids.shape[1])[None, :] < torch.from_numpy(lengths[rows])[:, None]
        with torch.inference_mode():
            x = tower.layers(tower.begin(ids.to(tower.device)), mask.to(tower.device), end=LAYERS - trained).cpu()
        for place, row in enumerate(rows):
            states[starts[row] : starts[row] + lengths[row]] = x[place, : lengths[row]].numpy()
        progress.advance(start + len(rows))
    progress.finish()
    return CachedTexts(states, lengths)
