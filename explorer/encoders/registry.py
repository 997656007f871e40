"""All encoders by the first part of their name; heavy imports happen inside the loaders."""

from collections.abc import Callable

from explorer.base.errors import InputError
from explorer.encoders.base import Encoder

DEFAULT_SENTENCE = "all-MiniLM-L6-v2"
_MINILM_NAMES = ("sentence", "sentence:minilm", "sentence:MiniLM", "sentence:sentence-transformers/all-MiniLM-L6-v2")
_ALIASES = dict.fromkeys(_MINILM_NAMES, f"sentence:{DEFAULT_SENTENCE}")


def _pocket(argument: str) -> Encoder:
    from explorer.encoders.pocket import load_pocket

    return load_pocket()


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

    return load_tuned(argument)


def _relational(argument: str) -> Encoder:
    from explorer.encoders.relational import load_relational

    return load_relational(argument)


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
FORMS = {
    "pocket": "pocket",
    "open_clip": "open_clip:<model>/<tag or checkpoint file>",
    "sentence": "sentence:<name or folder>",
    "histogram": "histogram",
    "precomputed": "precomputed:<column>",
    "tuned": "tuned:<head>",
    "relational": "relational:<head>",
    "relsim": "relsim:<folder or name>",
}
_NEEDS_ARGUMENT = ("open_clip", "sentence", "precomputed", "tuned", "relational", "relsim")


def canonical(spec: str) -> str:
    """The one spelling of a spec: spaces removed, short names of the default sentence model written out.

    Raises InputError that lists the known forms when the first part is unknown, or the second is missing or too much.
    """
    cleaned = _ALIASES.get(spec.strip(), spec.strip())
    name, _, argument = cleaned.partition(":")
    if name not in ENCODERS or bool(argument) != (name in _NEEDS_ARGUMENT):
        raise InputError(f"Encoder: expected one of {', '.join(FORMS.values())}; got {spec!r}.")
    return cleaned


def load_encoder(spec: str) -> Encoder:
    """Load the encoder that `spec` names, such as "pocket" or "open_clip:ViT-B-32/laion2b_s34b_b79k".

    Raises InputError for an unknown spec, ModelError when its weights are missing, damaged or cannot be fetched.
    """
    name, _, argument = canonical(spec).partition(":")
    return ENCODERS[name](argument)
