"""What stands after "open_clip:", read, and what to say when its weights cannot be loaded."""

from difflib import get_close_matches
from pathlib import Path

from explorer.base.errors import InputError, ModelError

HUB, LOCAL_FOLDER = "hf-hub:", "local-dir:"
"""What a name begins with that is one on the hub, or a folder."""


def parse_name(argument: str) -> tuple[str, str | None]:
    """open_clip's name and the tag or file; InputError with what is close when open_clip does not know them."""
    if argument.startswith((HUB, LOCAL_FOLDER)):
        return argument, None
    import open_clip

    name, _, weights = argument.partition("/")
    models = open_clip.list_models()
    if name not in models:
        raise InputError(f"open_clip has no model {name!r}.{_close(name, models)}")
    tags = open_clip.list_pretrained_tags_by_model(name)
    if weights and (Path(weights).is_file() or open_clip.get_pretrained_cfg(name, weights)):
        return name, weights
    if weights and Path(weights).suffix:
        raise InputError(f"There is no checkpoint file {weights}.")
    known = f"one of its tags ({', '.join(tags)}) or" if tags else "the path of"
    close = _close(weights, tags)
    raise InputError(f"open_clip:{name} needs {known} a checkpoint file after a slash; got {weights!r}.{close}")


def _close(name: str, known: list[str]) -> str:
    folded = {entry.lower(): entry for entry in known}
    found = [folded[match] for match in get_close_matches(name.lower(), folded, n=3, cutoff=0.4)]
    return f" Did you mean {' or '.join(found)}?" if found else ""


def loading_error(name: str, weights: str | None, error: Exception) -> ModelError:
    """Why a model could not be loaded, and how to bring its weights without a network."""
    reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
    if weights and Path(weights).is_file():
        return ModelError(f"The checkpoint {weights} is damaged, or of another model than {name} ({reason}).")
    if name.startswith(LOCAL_FOLDER):
        return ModelError(
            f"The folder {name.removeprefix(LOCAL_FOLDER)} lacks a good open_clip_config.json or weights ({reason})."
        )
    return ModelError(
        f"The weights of {name}{'/' + weights if weights else ''} are not on this machine and could not be fetched: "
        f"is there a network? ({reason}) "
        f"Without a network: download {_origin(name, weights)} elsewhere, copy the file here, and use "
        f"open_clip:{_by_hand(name)}."
    )


def _origin(name: str, weights: str | None) -> str:
    if name.startswith(HUB):
        return f"open_clip_config.json and the weights from https://huggingface.co/{name.removeprefix(HUB)}"
    import open_clip

    found = open_clip.get_pretrained_cfg(name, weights)
    if found.get("hf_hub"):
        return f"the weights from https://huggingface.co/{found['hf_hub'].rstrip('/')}"
    return str(found.get("url", "the weights"))


def _by_hand(name: str) -> str:
    return f"{LOCAL_FOLDER}<folder with both files>" if name.startswith(HUB) else f"{name}/<path of the file>"
