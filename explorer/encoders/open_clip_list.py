"""Which models and pretrained tags open_clip offers, read from its source without importing it (that takes seconds)."""

import ast
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


@lru_cache(maxsize=1)
def pretrained_tags() -> dict[str, list[str]]:
    """Model name -> its pretrained tags, in open_clip's order; {} when its source looks other than expected."""
    spec = find_spec("open_clip")
    if spec is None or spec.origin is None:
        return {}
    path = Path(spec.origin).with_name("pretrained.py")
    if not path.is_file():
        return {}
    named: dict[str, list[str]] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == "_PRETRAINED" and isinstance(node.value, ast.Dict):
                return _table(node.value, named)
            named[node.targets[0].id] = _keywords(node.value)
    return {}


def _table(table: ast.Dict, named: dict[str, list[str]]) -> dict[str, list[str]]:
    found = {}
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant):
            tags = named.get(value.id, []) if isinstance(value, ast.Name) else _keywords(value)
            found[str(key.value)] = tags
    return {model: tags for model, tags in found.items() if tags}


def _keywords(value: ast.expr) -> list[str]:
    """The names in `dict(a=..., b=...)`."""
    return [word.arg for word in value.keywords if word.arg] if isinstance(value, ast.Call) else []
