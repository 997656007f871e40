"""projector_config.pbtxt: which files TensorBoard's projector shows, as text of a protocol buffer."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.base.errors import InputError
from explorer.io.formats.columns import short_name
from explorer.io.formats.kinds import Kinds
from explorer.io.table_file import unique_name
from explorer.io.text import read_utf8

CONFIG = "projector_config.pbtxt"
OURS = "# Similarity Explorer, columns: "
TOKEN = re.compile(r'(\w+)\s*:\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[-\w.]+)|(\w+)\s*:?\s*\{|(\})')
Fields = dict[str, list[Any]]


@dataclass(frozen=True)
class Embedding:
    """One embedding. tensors, metadata, sprite: files, "" where there is none; side: (width, height) of a tile."""

    name: str
    tensors: str
    metadata: str = ""
    sprite: str = ""
    side: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Config:
    """embeddings: at least one; kinds: of the columns of the metadata, {} where another program wrote them."""

    embeddings: tuple[Embedding, ...]
    kinds: Kinds = field(default_factory=dict)


def read_config(path: Path) -> Config:
    """Read the file; InputError when it names no file of numbers."""
    text = read_utf8(path)[0].decode()
    found: list[Embedding] = []
    for one in _parsed(text).get("embeddings", []):
        tensors = _text(one, "tensor_path") if isinstance(one, dict) else ""
        if tensors:
            found.append(_embedding(one, tensors, [held.name for held in found]))
    if not found:
        raise InputError(f"{path.name}: expected embeddings {{ tensor_path: ... }}, got none.")
    return Config(tuple(found), _kinds(text))


def config_text(embeddings: Sequence[Embedding], kinds: Kinds) -> str:
    """The text of the file."""
    lines = [f"{OURS}{json.dumps(kinds, ensure_ascii=True)}"]
    for one in embeddings:
        lines += ["embeddings {", f"  tensor_name: {json.dumps(one.name)}", f"  tensor_path: {json.dumps(one.tensors)}"]
        lines += [f"  metadata_path: {json.dumps(one.metadata)}"] if one.metadata else []
        if one.sprite:
            lines += ["  sprite {", f"    image_path: {json.dumps(one.sprite)}"]
            lines += [f"    single_image_dim: {length}" for length in one.side] + ["  }"]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _embedding(held: Fields, tensors: str, taken: list[str]) -> Embedding:
    name = short_name(_text(held, "tensor_name").partition(":")[0] or Path(tensors).stem)
    sprite = next((one for one in held.get("sprite", []) if isinstance(one, dict)), {})
    lengths = [int(one) for one in sprite.get("single_image_dim", []) if isinstance(one, str) and one.isdigit()]
    side = (lengths[0], lengths[1]) if len(lengths) == 2 else (0, 0)
    image = _text(sprite, "image_path") if all(side) else ""
    return Embedding(unique_name(name, taken), tensors, _text(held, "metadata_path"), image, side)


def _parsed(text: str) -> Fields:
    """Fields by name, each with all its values: texts, numbers as they are written, and fields in braces."""
    stack: list[Fields] = [{}]
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for name, value, opened, closed in TOKEN.findall(bare):
        if opened:
            inner: Fields = {}
            stack[-1].setdefault(opened, []).append(inner)
            stack.append(inner)
        elif closed and len(stack) > 1:
            stack.pop()
        elif name:
            stack[-1].setdefault(name, []).append(_unquoted(value))
    return stack[0]


def _unquoted(value: str) -> str:
    if value[:1] not in "\"'":
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1])


def _text(held: Fields, name: str) -> str:
    return next((one for one in held.get(name, []) if isinstance(one, str)), "")


def _kinds(text: str) -> Kinds:
    first = text.partition("\n")[0]
    try:
        kinds = json.loads(first.removeprefix(OURS)) if first.startswith(OURS) else {}
    except ValueError:
        return {}
    return {str(name): str(kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else {}
