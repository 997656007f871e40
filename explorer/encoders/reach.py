"""Which models may be named on a page: those of a hub by their names, files only where the server lets browsers look.

On the command line any path may be named. What lies elsewhere and what is not there get the same answer, so that a page
cannot be used to ask which files there are.
"""

import os
import re
from pathlib import Path

from explorer.base.errors import InputError
from explorer.base.settings import data_root, home
from explorer.encoders.open_clip_list import pretrained_tags
from explorer.encoders.open_clip_name import HUB, LOCAL_FOLDER
from explorer.encoders.specs import DEFAULT_SENTENCE, POCKETS, canonical
from explorer.io.paths import resolve_below

MODELS = "models"
_HUB_NAME = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}(/[A-Za-z0-9_][\w.-]{0,95})?", re.ASCII)


def spec_from_page(spec: str) -> str:
    """The spec that a browser user asked for, in its one spelling and with the path of a local model in full.

    Raises InputError as `canonical` does, and for files that are not below the data root or the home's folder `models`.
    """
    cleaned = canonical(spec)
    family, _, argument = cleaned.partition(":")
    if family == "open_clip":
        return f"{family}:{_open_clip(argument)}"
    if family == "pocket" and argument and argument not in POCKETS:
        return f"{family}:{_local(spec.strip().partition(':')[2])}"
    if family in ("sentence", "relsim") and argument != DEFAULT_SENTENCE:
        return f"{family}:{_found_below(argument) or _hub_name(argument)}"
    return cleaned


def _open_clip(argument: str) -> str:
    if argument.startswith(LOCAL_FOLDER):
        return LOCAL_FOLDER + _local(argument.removeprefix(LOCAL_FOLDER))
    if argument.startswith(HUB):
        return HUB + _hub_name(argument.removeprefix(HUB))
    model, _, weights = argument.partition("/")
    return argument if weights in pretrained_tags().get(model, []) else f"{model}/{_local(weights)}"


def _local(text: str) -> str:
    found = _found_below(text)
    if not found:
        raise _not_there(text)
    return found


def _found_below(text: str) -> str:
    """The real path of what `text` names below one of the folders that pages may look into, "" for nothing there."""
    for root in (data_root(), home() / MODELS):
        try:
            path = resolve_below(root, text) if root and text.strip() else None
        except InputError:
            continue
        if path is not None and path not in (root, home() / MODELS) and os.path.exists(path):
            return str(path)
    return ""


def _hub_name(text: str) -> str:
    """`text` when it can only be a name on a hub; one that is also a path from where the server runs is refused."""
    if not _HUB_NAME.fullmatch(text) or ".." in text or Path(text).exists():
        raise _not_there(text)
    return text


def _not_there(text: str) -> InputError:
    root = data_root()
    where = f"the data root {root} or " if root else ""
    return InputError(
        f"There is no model {text!r} for pages: expected a name on a hub, or a file or folder below {where}the folder "
        f"{MODELS!r} of EXPLORER_HOME. On the command line any path may be named: explorer prepare NAME --model MODEL."
    )
