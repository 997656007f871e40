"""Small collections with vectors of their own."""

import json
from collections.abc import Sequence
from pathlib import Path

from explorer.base.arrays import Doubles, Floats
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source


def with_vectors(folder: Path, vectors: Floats | Doubles, labels: Sequence[str]) -> Workspace:
    """A workspace of texts with these vectors (`precomputed:v`) and a column "label" of these, in turn."""
    rows = [
        {"id": f"i{number}", "text": f"text {number}", "label": labels[number % len(labels)], "v": vector.tolist()}
        for number, vector in enumerate(vectors)
    ]
    table = folder / "items.jsonl"
    table.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return import_source(table, folder / "items")
