"""A residual head on MiniLM's frozen vectors, learned from texts as adapters are: the cheap way beside them."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress, Silent
from explorer.encoders.tuned import apply_head
from explorer.features.tune.adapters.train import AdapterSettings, Learned, Scored, Step, TextBase
from explorer.heads.fit import fit, training_folder
from explorer.heads.residual import RESIDUAL

if TYPE_CHECKING:
    import torch

HIDDEN = 256


def train_on_frozen(
    base: TextBase,
    step: Step,
    score: Scored,
    settings: AdapterSettings,
    *,
    name: str,
    key: str = "",
    progress: Progress | None = None,
) -> Learned:
    """Train a residual network on the vectors of the texts as they are; arguments as of `train_adapters`.

    ModelError when the loss is no number any more.
    """
    import torch

    torch.manual_seed(settings.seed)
    frozen = base.vectors()
    inputs, module = torch.from_numpy(frozen), RESIDUAL.module(frozen.shape[1], HIDDEN)

    def vectors(rows: Rows) -> "torch.Tensor":
        return torch.nn.functional.normalize(module(inputs[torch.from_numpy(rows)]), dim=1)

    def after() -> Callable[[Rows], Floats]:
        head = RESIDUAL.head_of(module)
        return lambda rows: apply_head(head, frozen[rows])

    fitted = fit(
        module,
        lambda rng: step(vectors, rng),
        lambda: score(after()),
        training_folder(name),
        settings,
        progress=progress or Silent(),
        key=key,
    )
    card = {"made_from": "tune", "settings": {**asdict(settings), "hidden": HIDDEN}}
    head = replace(RESIDUAL.head_of(module), encoder=base.spec, fingerprint=base.fingerprint, card=card)
    return Learned(head, fitted, after())
