"""Specs: what encoders are called, such as "pocket" or "open_clip:ViT-B-32/openai", each in its one spelling."""

import os

from explorer.base.errors import InputError

DEFAULT_SENTENCE = "all-MiniLM-L6-v2"
FORMS = {
    "pocket": "pocket, pocket:photos or pocket:<folder of its weights>",
    "open_clip": "open_clip:<model>/<tag or checkpoint file>",
    "sentence": "sentence:<name or folder>",
    "histogram": "histogram",
    "precomputed": "precomputed:<column>",
    "tuned": "tuned:<head>",
    "relational": "relational:<head>",
    "relsim": "relsim:<folder or name>",
}
"""How a spec of each encoder is written, by its first part."""
POCKETS = ("photos",)
"""Further weights of pocket that ship, as they are called after the colon."""
_MINILM_NAMES = ("sentence", "sentence:minilm", "sentence:MiniLM", "sentence:sentence-transformers/all-MiniLM-L6-v2")
_ALIASES = dict.fromkeys(_MINILM_NAMES, f"sentence:{DEFAULT_SENTENCE}")


def canonical(spec: str) -> str:
    """The one spelling of a spec: no spaces, the sentence model's short names written out, pocket's folder in full.

    Raises InputError that lists the known forms when the first part is unknown, or the second is missing or too much.
    """
    cleaned = _ALIASES.get(spec.strip(), spec.strip())
    name, _, argument = cleaned.partition(":")
    if name not in FORMS or not _fits(name, cleaned, argument):
        raise InputError(f"Encoder: expected one of {', '.join(FORMS.values())}; got {spec!r}.")
    if name == "pocket" and argument and argument not in POCKETS:
        return f"{name}:{os.path.abspath(argument)}"
    return cleaned


def family(spec: str) -> str:
    """The first part of a spec: which kind of encoder it is."""
    return spec.partition(":")[0]


def _fits(name: str, cleaned: str, argument: str) -> bool:
    if name == "pocket":
        return cleaned == name or bool(argument)
    return bool(argument) == (":" in FORMS[name])
