"""Small trained heads on the vectors of an encoder: what a head is, where it lies, and how it is read.

A head is a folder: head.safetensors (float32 arrays by name), head.json (what it belongs to, its hash and its card) and
card.md (the card as text). Shipped heads lie in assets/heads/, a user's own in <EXPLORER_HOME>/heads/.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from explorer.base.arrays import Floats
from explorer.base.errors import ModelError
from explorer.base.settings import check_name, home
from explorer.base.shipped import ASSETS
from explorer.base.weights import other_weights

SHIPPED = ASSETS / "heads"
WEIGHTS, MANIFEST, CARD = "head.safetensors", "head.json", "card.md"
NAMED = ("kind", "encoder", "fingerprint")


class HasWeights(Protocol):
    """What is needed of an encoder: its name, and the hash of its weights."""

    @property
    def spec(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Head:
    """Arrays trained on the frozen vectors of one encoder.

    kind: what the arrays are for ("projection", "mlp", "combiner", "relational", ...). encoder, fingerprint: the spec
    and the weights' hash of the encoder that it belongs to. weights: arrays by name. card: data, settings, numbers
    and limits, only values that JSON can hold. sha256: of the stored weights, "" for a head that is not stored.
    """

    kind: str
    encoder: str
    fingerprint: str
    weights: Mapping[str, Floats]
    card: dict[str, Any] = field(default_factory=dict)
    sha256: str = ""

    def check_encoder(self, encoder: HasWeights) -> None:
        """Raise ModelError unless `encoder` is the one that this head was trained on, weights included."""
        if (encoder.spec, encoder.fingerprint) == (self.encoder, self.fingerprint):
            return
        if encoder.spec == self.encoder:
            raise ModelError(other_weights(f"This {self.kind} head belongs", self.encoder, "Train it again."))
        raise ModelError(
            f"This {self.kind} head belongs to the model {self.encoder}, not to {encoder.spec}. "
            f"Choose {self.encoder}, or train one for {encoder.spec}."
        )


def heads_root() -> Path:
    """Folder of the user's own heads."""
    return home() / "heads"


def head_folder(name: str) -> Path:
    """Folder of the head `name`: the user's own, else the shipped one; ModelError that lists the heads otherwise."""
    for root in (heads_root(), SHIPPED):
        folder = root / check_name(name)
        if (folder / MANIFEST).is_file():
            return folder
    known = ", ".join(list_heads()) or "none yet"
    raise ModelError(f"There is no head named {name!r}. Heads here: {known}.")


def list_heads(kind: str = "", encoder: str = "") -> list[str]:
    """Names of all heads that can be read, the user's own first; only of one kind or encoder when these are given."""
    found: list[str] = []
    for root in (heads_root(), SHIPPED):
        for path in sorted(root.glob(f"*/{MANIFEST}")):
            try:
                stated = _stated(path.parent)
            except ModelError:  # it is told when it is asked for, and by `explorer check`
                continue
            fits = kind in ("", stated["kind"]) and encoder in ("", stated["encoder"])
            if fits and path.parent.name not in found:
                found.append(path.parent.name)
    return found


def read_head(name: str) -> Head:
    """The head `name`; ModelError when there is none, or its weights are damaged."""
    return read_head_folder(head_folder(name))


def read_head_folder(folder: Path) -> Head:
    """The head in `folder`; ModelError when a file is missing or the weights are not the stated ones."""
    from safetensors.numpy import load_file

    weights, manifest = folder / WEIGHTS, folder / MANIFEST
    for path in (weights, manifest):
        if not path.is_file():
            raise ModelError(f"The head {folder.name} is incomplete: {path.name} is missing. Train it again.")
    stated = _stated(folder)
    found = sha256(weights.read_bytes()).hexdigest()
    if found != stated["sha256"]:
        raise ModelError(
            f"The head {folder.name} is damaged: expected sha256 {stated['sha256']}, got {found}. Train it again."
        )
    named = {name: stated[name] for name in NAMED}
    return Head(**named, card=stated["card"], weights=load_file(weights), sha256=found)


def _stated(folder: Path) -> dict[str, Any]:
    """What head.json says; ModelError when it is damaged."""
    try:
        stated = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        fine = all(isinstance(stated[name], str) for name in (*NAMED, "sha256")) and isinstance(stated["card"], dict)
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        fine = False
    if not fine:
        raise ModelError(f"The head {folder.name} is damaged: its {MANIFEST} cannot be read. Train it again.")
    return dict(stated)
