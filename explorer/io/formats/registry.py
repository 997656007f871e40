"""The formats by name. A new one: its file beside this one with a `FORMAT`, a line here, a row in docs/formats.md."""

from functools import cache
from importlib import import_module
from pathlib import Path

from explorer.base.arrays import check_choice
from explorer.io.formats.contract import Format

# The more particular first: the first that recognises a file or folder reads it.
MODULES = {
    "hf": "hugging_face",
    "hf-disk": "saved_dataset",
    "imagefolder": "image_folder",
    "coco": "coco",
    "fiftyone": "fiftyone",
    "label-studio": "label_studio",
    "cvat": "cvat",
    "img2dataset": "img2dataset",
    "webdataset": "webdataset",
    "projector": "tensorboard",
    "anndata": "h5ad",
}


def format_named(name: str) -> Format:
    """The format of this name; InputError with all names for another one."""
    return _formats()[check_choice(name, MODULES, "format")]


def all_formats() -> list[Format]:
    """All formats, in the order in which they are asked whether they know a file."""
    return list(_formats().values())


def recognised(path: Path) -> Format | None:
    """The format of this file or folder that has a reader of its own; None where folder and table readers do."""
    return next((one for one in all_formats() if one.recognise is not None and one.recognise(path)), None)


@cache
def _formats() -> dict[str, Format]:
    modules = {name: import_module(f"explorer.io.formats.{module}") for name, module in MODULES.items()}
    return {name: module.FORMAT for name, module in modules.items()}
