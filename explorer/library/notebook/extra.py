"""Whether anywidget is there, and what is said where it is not."""

from importlib.util import find_spec
from typing import Any

from explorer.base.errors import InputError

INSTALL = "pip install 'similarity-explorer[notebook]'"


def has_widgets() -> bool:
    """Whether maps and galleries can be worked with in a notebook."""
    return find_spec("anywidget") is not None


def need_widgets() -> None:
    """InputError when they cannot."""
    if not has_widgets():
        raise InputError(f"For a map or a gallery to work with in a notebook, install its extra: {INSTALL}")


def bundle_of(widget: Any) -> dict[str, Any]:
    """What a notebook is given of a widget: its kinds of content by their names."""
    made = widget._repr_mimebundle_() or {}
    return dict(made[0] if isinstance(made, tuple) else made)
