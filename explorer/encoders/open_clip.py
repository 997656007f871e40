"""Any model of open_clip: one that it lists, a local checkpoint file, a folder, or one on the Hugging Face hub.

open_clip:<model>/<tag>            weights that open_clip knows; fetched once, then from its cache
open_clip:<model>/<file>           .safetensors, or a torch file read with weights_only=True
open_clip:local-dir:<folder>       open_clip_config.json with weights beside it
open_clip:hf-hub:<org>/<name>      the same on the hub, or in its cache without a network
"""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError, ModelError
from explorer.base.torch_device import best_device, one_thread, settle_precision, weights_fingerprint
from explorer.base.torchvision_fix import ensure_torchvision
from explorer.encoders.base import Abilities, BaseEncoder, check_texts, lacking
from explorer.encoders.open_clip_name import loading_error, parse_name
from explorer.encoders.own_code import check_config

if TYPE_CHECKING:
    import torch
    from open_clip import CLIP

_BATCH = 64


class OpenClipEncoder(BaseEncoder):
    """One open_clip model: images and texts in one space.

    model: open_clip model with its weights; name: what open_clip calls it (finds the tokenizer).
    """

    template = "a photo of {}"

    def __init__(self, spec: str, model: "CLIP", name: str) -> None:
        self.spec = spec
        self.model = model.eval().requires_grad_(False)
        self.fingerprint = weights_fingerprint(model)
        self.tokenizer = _tokenizer(name)
        self.device = best_device()
        self.model.visual = _folded(model.visual)
        self.model.to(self.device)
        self.resize, self.mean, self.std, self.side = _preprocessing(model)
        self.visual: Any
        self.visual, self.precision = settle_precision(model.visual, _forward, self.side, self.device)
        self.model.visual = self.visual  # the copy that lost is freed
        self.image_side = self.side
        self.dim = int(self._features(np.zeros((1, self.side, self.side, 3), np.uint8)).shape[1])
        blocks = hasattr(self.visual, "forward_intermediates")
        self.abilities = Abilities(
            images=True, texts=True, joint=True, layers=blocks, patches=blocks, patch_words=blocks and self._projects
        )

    def settings(self) -> dict[str, Any]:
        """Weights, image size and precision."""
        return {"encoder": self.spec, "weights": self.fingerprint, "side": self.side, **self.precision}

    def prepare(self, image: Image.Image) -> NDArray[np.uint8]:
        """(side, side, 3) uint8: the model's own resize and crop."""
        return np.asarray(self.resize(image.convert("RGB")))

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, dim) unit rows of (b, side, side, 3) uint8 crops."""
        return unit_rows(self._features(batch).cpu().numpy(), self.spec)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) unit rows; texts beyond the context length are cut, an empty one is an InputError."""
        raw = self.raw_texts(texts)
        return unit_rows(raw, self.spec) if len(raw) else raw

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) features of the image tower."""
        if not images:
            return np.empty((0, self.dim), dtype=np.float32)
        features: Floats = self._features(np.stack([self.prepare(image) for image in images])).cpu().numpy()
        return features

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) features of the text tower."""
        checked = check_texts(texts)
        parts = [self._texts(checked[i : i + _BATCH]) for i in range(0, len(checked), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts with more tokens than the model reads."""
        count: Callable[[str], int] | None = _token_counter(self.tokenizer)
        if count is None:
            return []
        return [i for i, text in enumerate(texts) if count(text) > self.tokenizer.context_length]

    def layers(self, images: Sequence[Image.Image]) -> dict[str, Floats]:
        """For each block by name, (n, channels) activations, averaged over positions; "output" is the vectors."""
        maps, vectors = self._intermediates(images)
        named = {f"block {i + 1}": block.float().mean((2, 3)).cpu().numpy() for i, block in enumerate(maps)}
        return {**named, "output": unit_rows(vectors.float().cpu().numpy(), self.spec)}

    def patches(self, images: Sequence[Image.Image]) -> Floats:
        """(n, p, channels) unit vectors of the p patches, row by row of a square grid.

        A CLIP vision transformer's patches go through its last norm and projection into the space of texts
        (channels = dim); those of other towers stay in the space of the last block.
        """
        import torch

        maps, _ = self._intermediates(images)
        tokens = maps[-1].flatten(2).transpose(1, 2)
        if self._projects:
            with torch.inference_mode(), one_thread():
                tokens = self.visual.ln_post(tokens) @ self.visual.proj
        rows: Floats = torch.nn.functional.normalize(tokens.float(), dim=2).cpu().numpy()
        return rows

    @property
    def _projects(self) -> bool:
        """Whether patches can be brought into the space of texts as the whole picture is."""
        return getattr(self.visual, "proj", None) is not None and hasattr(self.visual, "ln_post")

    def open_visual(self) -> tuple[Any, Any]:
        """The image tower, and what makes its input of (b, side, side, 3) uint8 crops (see `encoders/stages.py`)."""
        return self.visual, self._pixels

    def _intermediates(self, images: Sequence[Image.Image]) -> tuple[list["torch.Tensor"], "torch.Tensor"]:
        """((n, channels, height, width) of each block), (n, dim) features."""
        import torch

        if not self.abilities.layers:
            raise lacking(self.spec, "give activations per block or patch")
        x = self._pixels(np.stack([self.prepare(image) for image in images]))
        with torch.inference_mode(), one_thread():
            found = self.visual.forward_intermediates(x)
        return found["image_intermediates"], found["image_features"]

    def _pixels(self, batch: NDArray[Any]) -> "torch.Tensor":
        """(b, 3, side, side) normalised, of the tower's number type."""
        import torch

        x = torch.from_numpy(np.ascontiguousarray(batch)).to(self.device).permute(0, 3, 1, 2).float().div_(255)
        return x.sub_(self.mean.to(x)).div_(self.std.to(x)).to(next(self.visual.parameters()).dtype)

    def _features(self, batch: NDArray[Any]) -> "torch.Tensor":
        import torch

        with torch.inference_mode(), one_thread():
            return _forward(self.visual, self._pixels(batch)).float()

    def _texts(self, texts: list[str]) -> Floats:
        import torch

        with torch.inference_mode(), one_thread():
            features: Floats = self.model.encode_text(self.tokenizer(texts).to(self.device)).float().cpu().numpy()
        return features


def load_open_clip(argument: str) -> OpenClipEncoder:
    """The encoder for `open_clip:<argument>`.

    Raises InputError for a model or tag that open_clip does not know, ModelError when weights are damaged, belong to
    another model, or cannot be fetched.
    """
    ensure_torchvision()
    import open_clip

    name, weights = parse_name(argument)
    try:
        check_config(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            model = open_clip.create_model(name, pretrained=weights, require_pretrained=True)
        return OpenClipEncoder(f"open_clip:{argument}", model, name)
    except (InputError, ModelError):
        raise
    except Exception as error:
        raise loading_error(name, weights, error) from error


def _forward(visual: "torch.nn.Module", x: "torch.Tensor") -> "torch.Tensor":
    """(b, d) features of a vision tower; some towers return the tokens beside them."""
    found = visual(x)
    features: torch.Tensor = found[0] if isinstance(found, tuple) else found
    return features


def _folded(visual: "torch.nn.Module") -> "torch.nn.Module":
    """The tower with the parallel branches of its training folded into one convolution each, where it has such.

    The same outputs in about two thirds of the time (RepVGG, Ding et al. 2021; MobileCLIP's towers).
    """
    if not any(hasattr(module, "reparameterize") for module in visual.modules()):
        return visual
    from timm.utils.model import reparameterize_model

    folded: torch.nn.Module = reparameterize_model(visual)
    return folded


def _preprocessing(model: "CLIP") -> tuple[Callable[[Image.Image], Image.Image], "torch.Tensor", "torch.Tensor", int]:
    """The model's own resize and crop on PIL images, mean and deviation (3, 1, 1), and the side in pixels."""
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from torchvision.transforms import CenterCrop, Compose, Resize

    config = PreprocessCfg(**model.visual.preprocess_cfg)
    side = config.size if isinstance(config.size, int) else max(config.size)
    steps = image_transform_v2(config, is_train=False).transforms
    geometric = Compose([step for step in steps if isinstance(step, CenterCrop | Resize) or _is_geometric(step)])
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (config.mean, config.std))
    return geometric, mean, std, int(side)


def _is_geometric(step: object) -> bool:
    return type(step).__name__ in ("ResizeKeepRatio", "CenterCropOrPad")


def _tokenizer(name: str) -> Any:
    import open_clip

    return open_clip.get_tokenizer(name)


def _token_counter(tokenizer: Any) -> Callable[[str], int] | None:
    """How many tokens a text has, start and end included, where the tokenizer can tell."""
    if hasattr(tokenizer, "encode"):
        return lambda text: len(tokenizer.encode(text)) + 2
    inner = getattr(tokenizer, "tokenizer", None)
    return (lambda text: len(inner(text)["input_ids"])) if callable(inner) else None
