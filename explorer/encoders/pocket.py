"""Pocket: the embedded image-text model. A small image tower trained by this project, MiniLM as its text tower."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.base.shipped import ASSETS
from explorer.base.torch_device import best_device, one_thread, settle_precision
from explorer.encoders.base import Abilities, BaseEncoder, Tokens
from explorer.encoders.pocket_tower import BLOCKS, DIM, SIDE, crop, pixels
from explorer.encoders.sentence import MiniLMEncoder
from explorer.encoders.specs import POCKETS

if TYPE_CHECKING:
    import torch

    from explorer.encoders._resnet import PocketTower

_REPAIR = "Fetch the project's assets folder again, or train it with: explorer train pocket."
_REPAIR_OWN = (
    "Expected pocket.safetensors and pocket.json as explorer train pocket or recipes.pocket.snapshot write them."
)


@dataclass(frozen=True)
class PocketFiles:
    """Where the weights lie: pocket.safetensors (float16) and pocket.json with their sha256."""

    folder: Path = ASSETS

    @classmethod
    def named(cls, argument: str) -> "PocketFiles":
        """Those that "pocket:<argument>" means: the shipped ones, further shipped ones by their name, or a folder."""
        if not argument:
            return cls()
        return cls(further_weights(argument) if argument in POCKETS else Path(argument))

    @property
    def weights(self) -> Path:
        """The weights."""
        return self.folder / "pocket.safetensors"

    @property
    def manifest(self) -> Path:
        """Their sha256 and how they were made."""
        return self.folder / "pocket.json"

    @property
    def spec(self) -> str:
        """What the encoder with these weights is called: "pocket", "pocket:photos" or "pocket:<folder>"."""
        if self.folder == ASSETS:
            return "pocket"
        further = next((name for name in POCKETS if self.folder == further_weights(name)), "")
        return f"pocket:{further or self.folder}"

    def stated(self) -> str:
        """The sha256 that the weights should have; ModelError where pocket.json does not say."""
        try:
            return str(json.loads(self.manifest.read_text(encoding="utf-8"))["sha256"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ModelError(
                f"{self._named} is damaged: {self.manifest.name} states no sha256. {self._repair}"
            ) from error

    def check(self) -> str:
        """Return the weights' sha256; ModelError when a file is missing or the weights are not the stated ones."""
        for path in (self.weights, self.manifest):
            if not path.is_file():
                raise ModelError(f"{self._named} is incomplete: {path.name} is missing. {self._repair}")
        expected = self.stated()
        found = sha256(self.weights.read_bytes()).hexdigest()
        if found != expected:
            raise ModelError(f"{self._named} is damaged: expected sha256 {expected}, got {found}. {self._repair}")
        return found

    def other_shape(self, reason: str) -> ModelError:
        """The error for weights that are not of pocket's shape."""
        return ModelError(f"{self._named} has weights of another shape ({reason[:200]}). {self._repair}")

    @property
    def _named(self) -> str:
        return f"The model {self.spec}" if self._ships else f"The model pocket in {self.folder}"

    @property
    def _repair(self) -> str:
        return _REPAIR if self._ships else _REPAIR_OWN

    @property
    def _ships(self) -> bool:
        return self.spec.partition(":")[2] in ("", *POCKETS)


def further_weights(name: str) -> Path:
    """The folder of the shipped weights that are called pocket:<name>."""
    return ASSETS / f"pocket-{name}"


class PocketEncoder(BaseEncoder):
    """Images and texts in one space of 384 dimensions, offline.

    Texts go through MiniLM alone; the image tower is built when the first image comes.
    tower: takes the place of the shipped weights (for measuring other weights of the same shape).
    """

    dim = DIM
    abilities = Abilities(images=True, texts=True, joint=True, layers=True, patches=True, patch_words=True, tokens=True)
    image_side = SIDE

    def __init__(self, files: PocketFiles | None = None, tower: "torch.nn.Module | None" = None) -> None:
        self.files = files or PocketFiles()
        self.spec = self.files.spec
        self.fingerprint = self.files.check()
        self.text = MiniLMEncoder()
        self._given = tower
        self._building = Lock()

    def settings(self) -> dict[str, Any]:
        """Weights, image size and precision."""
        return {"encoder": self.spec, "weights": self.fingerprint, "side": SIDE, **self._tower[1]}

    def prepare(self, image: Image.Image) -> NDArray[np.uint8]:
        """(112, 112, 3) uint8: the centred square."""
        return crop(image)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, 384) unit rows of (b, 112, 112, 3) uint8 crops."""
        return unit_rows(self._features(batch), self.spec)

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, 384) vectors as the tower gives them."""
        if not images:
            return np.empty((0, self.dim), dtype=np.float32)
        return self._features(np.stack([self.prepare(image) for image in images]))

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, 384) means over MiniLM's tokens."""
        return self.text.raw_texts(texts)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, 384) unit rows; texts beyond 256 tokens are cut (see `truncated`), an empty one is an InputError."""
        return self.text.encode_texts(texts)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts with more than 256 tokens."""
        return self.text.truncated(texts)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """MiniLM's tokens."""
        return self.text.tokens(texts)

    def layers(self, images: Sequence[Image.Image]) -> dict[str, Floats]:
        """For each block by name, (n, channels) activations, averaged over positions; "output" is the vectors."""
        maps = self._maps(images)
        named = {name: block.mean((2, 3)).cpu().numpy() for name, block in zip(BLOCKS, maps, strict=True)}
        return {**named, "output": self.encode_images(images)}

    def patches(self, images: Sequence[Image.Image]) -> Floats:
        """(n, 16, 384) unit vectors of a 4 x 4 grid, row by row, in the space of texts."""
        import torch

        with torch.inference_mode(), one_thread():
            last = self._maps(images)[-1].flatten(2).transpose(1, 2)
            head = self._tower[0].head
            rows: Floats = torch.nn.functional.normalize(head(last.to(self._dtype)).float(), dim=2).cpu().numpy()
        return rows

    def open_visual(self) -> tuple[Any, Any]:
        """The tower, and what makes its input of (b, 112, 112, 3) uint8 crops (see `encoders/stages.py`)."""
        return self._tower[0], self._pixels

    @property
    def _tower(self) -> tuple[Any, dict[str, Any]]:
        with self._building:
            return self._built

    @cached_property
    def _built(self) -> tuple[Any, dict[str, Any]]:
        """The tower, ready to run, and how precise its numbers are."""
        device = best_device()
        tower = (load_tower(self.files) if self._given is None else self._given).to(device)
        return settle_precision(tower, lambda module, x: module(x), SIDE, device)

    @property
    def _dtype(self) -> "torch.dtype":
        import torch

        dtype: torch.dtype = next(self._tower[0].parameters()).dtype
        return dtype

    def _features(self, batch: NDArray[Any]) -> Floats:
        import torch

        with torch.inference_mode(), one_thread():
            vectors: Floats = self._tower[0](self._pixels(batch)).float().cpu().numpy()
        return vectors

    def _pixels(self, batch: NDArray[Any]) -> "torch.Tensor":
        parameter = next(self._tower[0].parameters())
        return pixels(batch).to(parameter.device, parameter.dtype)

    def _maps(self, images: Sequence[Image.Image]) -> list["torch.Tensor"]:
        """(n, channels, height, width) float32 of the stem and the four blocks."""
        import torch

        x = self._pixels(np.stack([self.prepare(image) for image in images]))
        with torch.inference_mode(), one_thread():
            found = self._tower[0].trunk.activations(x)
        return [block.float() for block in found]


def load_tower(files: PocketFiles) -> "PocketTower":
    """The float32 tower with the weights of `files`, frozen; ModelError when they are of another shape."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from explorer.encoders._resnet import PocketTower

    tower = PocketTower(DIM)
    tower.eval().requires_grad_(False)
    tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    try:
        weights = {name: value.float() for name, value in load_file(files.weights).items()}
        lacking = tower.load_state_dict(weights, strict=False).missing_keys
    except (RuntimeError, SafetensorError) as error:
        raise files.other_shape(str(error)) from error
    if lacking:
        raise files.other_shape(f"{lacking[0]} is missing")
    return tower


def load_pocket(argument: str = "") -> PocketEncoder:
    """What "pocket:<argument>" names (see `PocketFiles.named`); ModelError when its weights are missing or damaged."""
    return PocketEncoder(PocketFiles.named(argument))
