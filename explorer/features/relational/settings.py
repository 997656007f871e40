"""How a relational head is trained."""

from dataclasses import dataclass, field

from explorer.heads.fit import FitSettings

TEMPERATURE = 0.07
"""Of the official loss of relsim."""


@dataclass(frozen=True, kw_only=True)
class RelationalSettings:
    """patch: channels that each patch is reduced to; hidden: width of the layer between; batch: items a step."""

    patch: int = 32
    hidden: int = 512
    dropout: float = 0.2
    batch: int = 256
    held_share: float = 0.1
    temperature: float = TEMPERATURE
    fit: FitSettings = field(
        default_factory=lambda: FitSettings(steps=300, rate=1e-3, weight_decay=1e-2, every=50, patience=4)
    )
