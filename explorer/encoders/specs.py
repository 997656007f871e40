"""Specs: what encoders are called, such as "pocket" or "open_clip:ViT-B-32/openai", each in its one spelling."""

from pathlib import Path

from explorer.base.errors import InputError

DEFAULT_SENTENCE = "all-MiniLM-L6-v2"
FORMS = {
    "pocket": "pocket or pocket:<folder of its weights>",
    "open_clip": "open_clip:<model>/<tag or checkpoint file>",
    "sentence": "sentence:<name or folder>",
    "histogram": "histogram",
    "precomputed": "precomputed:<column>",
    "tuned": "tuned:<head>",
    "relational": "relational:<head>",
    "relsim": "relsim:<folder or name>",
}
"""How a spec of each encoder is written, by its first part."""
FOLDERS = ("pocket",)
"""Encoders whose second part is a folder, or left out."""
_MINILM_NAMES = ("sentence", "sentence:minilm", "sentence:MiniLM", "sentence:sentence-transformers/all-MiniLM-L6-v2")
_ALIASES = dict.fromkeys(_MINILM_NAMES, f"sentence:{DEFAULT_SENTENCE}")


def canonical(spec: str) -> str:
    """The one spelling of a spec: spaces removed, short names of the default sentence model written out.

    Raises InputError that lists the known forms when the first part is unknown, or the second is missing or too much.
    """
    cleaned = _ALIASES.get(spec.strip(), spec.strip())
    name, _, argument = cleaned.partition(":")
    if name not in FORMS or not _fits(name, cleaned, argument):
        raise InputError(f"Encoder: expected one of {', '.join(FORMS.values())}; got {spec!r}.")
    return f"{name}:{Path(argument)}" if name in FOLDERS and argument else cleaned


def family(spec: str) -> str:
    """The first part of a spec: which kind of encoder it is."""
    return spec.partition(":")[0]


def _fits(name: str, cleaned: str, argument: str) -> bool:
    if name in FOLDERS:
        return cleaned == name or bool(argument)
    return bool(argument) == (":" in FORMS[name])
