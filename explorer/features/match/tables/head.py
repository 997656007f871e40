"""A trained TabSim as a head on disk, and reading tables with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Doubles, Floats
from explorer.base.errors import ModelError
from explorer.features.match.tables.content import PARTS, Content
from explorer.features.match.tables.network import Parts, build_network, represent
from explorer.features.match.tables.words import WIDTH, Grids, Pressed, grids, raw_word_vectors, vocabulary
from explorer.heads.head import Head, list_heads, read_head

if TYPE_CHECKING:
    import torch

KIND = "tables"
NONE_TRAINED = (
    "TabSim has no weights yet: it learns from pairs of tables of which it is known whether they are alike. Train it "
    "with `explorer train tables PAIRS`, or use tables_tfidf, which needs no training."
)
_EMBEDDING, _UNKEPT = "embedding.weight", "num_batches_tracked"
NETWORK = "network"


@dataclass(frozen=True)
class Mix:
    """A logistic regression over what a pair has: the network's distance and the cosines of `PARTS`, 0 for none."""

    weights: tuple[float, ...]
    bias: float

    def of(self, distances: Floats, cosines: Mapping[str, Floats]) -> Floats:
        """(p,) probabilities."""
        return np.asarray(1 / (1 + np.exp(-(mix_columns(distances, cosines) @ self.weights + self.bias))), np.float32)


def mix_columns(distances: Floats, cosines: Mapping[str, Floats]) -> Doubles:
    """(p, 4) what a mix looks at."""
    return np.stack([distances, *(np.nan_to_num(cosines[part]) for part in PARTS)], axis=1).astype(np.float64)


@dataclass(frozen=True)
class TabSim:
    """A trained network. words: (v,) those it has vectors for; state: its arrays; pressed: how other words get one."""

    name: str
    words: tuple[str, ...]
    state: Mapping[str, Floats]
    pressed: Pressed
    mix: Mix

    def read(self, content: Content, parts: Parts | None = None) -> tuple[Floats, Floats, Floats]:
        """(n, 200) representations, (n, 9, 9, 9) and (n, 9, 9) attention; words it has not met are not passed over."""
        from explorer.encoders.sentence import load_minilm

        known = set(self.words)
        fresh = [word for word in vocabulary(content) if word not in known]
        added = self.pressed.of(raw_word_vectors(fresh, load_minilm())) if fresh else np.empty((0, WIDTH), np.float32)
        vectors = np.concatenate([self.state[_EMBEDDING], added])
        numbered: Grids = grids(content, [*self.words, *fresh])
        return represent(self._network(vectors, parts), numbered)

    def _network(self, vectors: Floats, parts: Parts | None) -> "torch.nn.Module":
        import torch

        network = build_network(np.ascontiguousarray(vectors), parts=parts)
        arrays = {name: torch.from_numpy(np.array(value)) for name, value in self.state.items() if name != _EMBEDDING}
        try:
            missing = network.load_state_dict(arrays, strict=False).missing_keys
        except RuntimeError as error:
            raise _other_shape(self.name) from error
        if any(name != _EMBEDDING and not name.endswith(_UNKEPT) for name in missing):
            raise _other_shape(self.name)
        return network


def tabsim_head(
    network: "torch.nn.Module", words: Sequence[str], pressed: Pressed, mix: Mix, card: Mapping[str, Any]
) -> Head:
    """What is stored of a trained network."""
    from explorer.encoders.sentence import MiniLMEncoder

    state = network.state_dict().items()
    weights = {name: value.detach().numpy() for name, value in state if not name.endswith(_UNKEPT)}
    weights |= {"mean": pressed.mean, "projection": pressed.projection}
    kept = {"words": list(words), "mix": [*mix.weights, mix.bias], **card}
    return Head(
        kind=KIND, encoder=MiniLMEncoder.spec, fingerprint=MiniLMEncoder.fingerprint, weights=weights, card=kept
    )


def tabsim_of(head: Head, name: str) -> TabSim:
    """The trained network of a head; ModelError where it is one of another kind or of another shape."""
    if head.kind != KIND:
        raise ModelError(f"The head {name} is of the kind {head.kind}; TabSim needs one of the kind {KIND}.")
    try:
        weights = dict(head.weights)
        pressed = Pressed(weights.pop("mean"), weights.pop("projection"))
        *mixed, bias = (float(one) for one in head.card["mix"])
        made = TabSim(name, tuple(head.card["words"]), weights, pressed, Mix(tuple(mixed), bias))
        fits = weights[_EMBEDDING].shape == (len(made.words) + 1, WIDTH) and len(mixed) == 1 + len(PARTS)
    except (KeyError, TypeError, ValueError) as error:
        raise _other_shape(name) from error
    if not fits:
        raise _other_shape(name)
    return made


def load_tabsim(name: str = "") -> TabSim:
    """The head `name`, or the first of its kind; ModelError where there is none."""
    known = list_heads(KIND)
    if not name and not known:
        raise ModelError(NONE_TRAINED)
    chosen = name or known[0]
    return tabsim_of(read_head(chosen), chosen)


def _other_shape(name: str) -> ModelError:
    return ModelError(f"The head {name} does not hold a network of tables as this version builds it. Train it again.")
