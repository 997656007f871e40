"""All encoders by the first part of their name; heavy imports happen inside the loaders."""

from collections.abc import Callable

from explorer.encoders.base import Encoder
from explorer.encoders.specs import canonical


def _pocket(argument: str) -> Encoder:
    from explorer.encoders.pocket import load_pocket

    return load_pocket(argument)


def _histogram(argument: str) -> Encoder:
    from explorer.encoders.histogram import HistogramEncoder

    return HistogramEncoder()


def _sentence(argument: str) -> Encoder:
    from explorer.encoders.sentence import load_sentence

    return load_sentence(argument)


def _open_clip(argument: str) -> Encoder:
    from explorer.encoders.open_clip import load_open_clip

    return load_open_clip(argument)


def _precomputed(argument: str) -> Encoder:
    from explorer.encoders.precomputed import PrecomputedEncoder

    return PrecomputedEncoder(argument)


def _tuned(argument: str) -> Encoder:
    from explorer.encoders.tuned import load_tuned

    return load_tuned(argument, load_encoder)


def _relational(argument: str) -> Encoder:
    from explorer.encoders.relational import load_relational

    return load_relational(argument, load_encoder)


def _relsim(argument: str) -> Encoder:
    from explorer.encoders.relsim import load_relsim

    return load_relsim(argument)


ENCODERS: dict[str, Callable[[str], Encoder]] = {
    "pocket": _pocket,
    "open_clip": _open_clip,
    "sentence": _sentence,
    "histogram": _histogram,
    "precomputed": _precomputed,
    "tuned": _tuned,
    "relational": _relational,
    "relsim": _relsim,
}


def load_encoder(spec: str) -> Encoder:
    """Load the encoder that `spec` names, such as "pocket" or "open_clip:ViT-B-32/laion2b_s34b_b79k".

    Raises InputError for an unknown spec, ModelError when its weights are missing, damaged or cannot be fetched.
    """
    name, _, argument = canonical(spec).partition(":")
    return ENCODERS[name](argument)
