"""What a run keeps besides its log: what was asked, the fitted scales, and what it was made from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.features.elites.loop import Answers
from explorer.features.elites.scales import Scale
from explorer.features.elites.settings import RunSettings


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """What settings.json holds.

    scales: one an axis; quality_scale: None when the quality is kept as it is. encoder_settings, ids_hash: of the
    vectors and the items that it was made from. created: when, UTC.
    """

    settings: RunSettings
    scales: tuple[Scale, ...]
    quality_scale: Scale | None
    encoder_settings: dict[str, Any]
    ids_hash: str
    created: str

    def to_dict(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return {
            "settings": self.settings.to_dict(),
            "scales": [_written(scale) for scale in self.scales],
            "line": _written(self.quality_scale) if self.quality_scale else None,
            "ids_hash": self.ids_hash,
            "encoder_settings": self.encoder_settings,
            "created": self.created,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RunInfo":
        """The inverse of `to_dict`; KeyError, TypeError, AttributeError or InputError when it is damaged."""
        return cls(
            settings=RunSettings.from_dict(values["settings"]),
            scales=tuple(_scale(one) for one in values["scales"]),
            quality_scale=_scale(values["line"]) if values["line"] else None,
            encoder_settings=values["encoder_settings"],
            ids_hash=values["ids_hash"],
            created=values["created"],
        )

    def convert(self, answers: Answers) -> Answers:
        """Raw answers -> places in [0, 1] and quality as the archive keeps it."""
        places = np.column_stack([scale(answers.measures[:, axis]) for axis, scale in enumerate(self.scales)])
        if self.quality_scale is None:
            return Answers(answers.quality, places)
        low, high = self.quality_scale.knots
        return Answers((answers.quality - low) / (high - low), places)

    def check_same_data(self, embeddings: Callable[[str], Embeddings], ids_hash: str, encoder: str = "") -> None:
        """WorkspaceError when the run was made with another model, other weights, or other items than there are now.

        embeddings: the vectors there are under an encoder. ids_hash: of the items there are. encoder: the chosen one.
        """
        settings = self.settings
        if encoder and encoder != settings.encoder:
            raise WorkspaceError(
                f"The run {settings.name!r} was made with the model {settings.encoder}, and {encoder} is chosen: their "
                f"values do not compare. Choose {settings.encoder} in the sidebar, or start a new run."
            )
        if embeddings(settings.encoder).settings != self.encoder_settings:
            raise WorkspaceError(
                f"The run {settings.name!r} was made with other weights of {settings.encoder} than the vectors have "
                "now. Start a new run."
            )
        if ids_hash != self.ids_hash:
            raise WorkspaceError(f"The items have changed since the run {settings.name!r} was made. Start a new run.")


def _written(scale: Scale) -> dict[str, Any]:
    return {"knots": scale.knots, "places": scale.places} | ({"steps": True} if scale.steps else {})


def _scale(values: dict[str, Any]) -> Scale:
    knots, places = (tuple(map(float, values[name])) for name in ("knots", "places"))
    return Scale(knots, places, steps=values.get("steps") is True)
