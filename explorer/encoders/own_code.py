"""Models that bring Python code of their own are refused before anything of them is loaded: nothing of it is ever run.

The libraries ask for leave before they run such code, and are never given it; this looks at what a model says of itself
without them, so that it holds whatever a later version of them takes for leave.
"""

import json
from pathlib import Path
from typing import Any

from explorer.base.errors import ModelError
from explorer.encoders.open_clip_name import HUB, LOCAL_FOLDER

MODULES, CONFIG, LEAVE = "modules.json", "open_clip_config.json", "trust_remote_code"
ITS_OWN = "sentence_transformers."


def check_modules(folder: Path) -> None:
    """Raise ModelError when a folder of sentence_transformers names a module of another package, or one beside it."""
    modules = _read(folder / MODULES)
    for one in modules if isinstance(modules, list) else []:
        kind = one.get("type") if isinstance(one, dict) else None
        if not isinstance(kind, str) or not kind.startswith(ITS_OWN):
            raise ModelError(f"The model in {folder} needs code of its own ({kind}), and this program runs none.")


def check_config(name: str) -> None:
    """Raise ModelError when the configuration of an open_clip model, in a folder or on the hub, asks to run code."""
    config = None
    if name.startswith(LOCAL_FOLDER):
        config = _read(Path(name.removeprefix(LOCAL_FOLDER)) / CONFIG)
    elif name.startswith(HUB):
        from huggingface_hub import hf_hub_download

        config = _read(Path(hf_hub_download(name.removeprefix(HUB), CONFIG)))
    if config is not None and LEAVE in json.dumps(config):
        raise ModelError(f"The model {name} asks to run code of its own ({LEAVE}), and this program runs none.")


def _read(path: Path) -> Any:
    """What the file holds, None for one that is not there or damaged; who loads the model tells that better."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
