"""Writing a trained head: all of its files in one go."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from explorer.heads.head import CARD, MANIFEST, WEIGHTS, Head
from explorer.io.atomic import atomic_folder


def write_head(folder: Path, head: Head, card: str) -> None:
    """Write `head` and its `card` (Markdown) to `folder`, which takes the place of what was there."""
    from safetensors.numpy import save_file

    with atomic_folder(folder) as temporary:
        arrays = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in head.weights.items()}
        save_file(arrays, temporary / WEIGHTS)
        (temporary / WEIGHTS).chmod(0o644)
        manifest = {
            "kind": head.kind,
            "encoder": head.encoder,
            "fingerprint": head.fingerprint,
            "sha256": sha256((temporary / WEIGHTS).read_bytes()).hexdigest(),
            "card": head.card,
        }
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        (temporary / CARD).write_text(card, encoding="utf-8")
