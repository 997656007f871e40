"""The wrapper of the official relsim model, with a small stand-in of the same interface in the place of its package."""

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, ModelError
from explorer.encoders import load_encoder

PACKAGE = """
import torch

class Model:
    def __init__(self):
        torch.manual_seed(0)
        self.base_model = torch.nn.Linear(3, 384)
    def embed(self, images):
        rows = torch.tensor([[sum(i.getdata(b)) / i.width / i.height for b in range(3)] for i in images])
        return torch.nn.functional.normalize(self.base_model(rows), dim=1)
    def eval(self):
        return self

def relsim(pretrained=True, checkpoint_dir=None):
    if "missing" in checkpoint_dir:
        raise OSError("no such checkpoint")
    return Model(), None
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "relsim").mkdir()
    (tmp_path / "relsim" / "__init__.py").write_text("")
    (tmp_path / "relsim" / "relsim_score.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.startswith("relsim")]:
        del sys.modules[name]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_vectors_come_from_the_package(package: Any) -> None:
    encoder = load_encoder("relsim:weights")
    images = [Image.new("RGB", (60, 40), colour) for colour in ("red", "teal", "red")]
    rows = encoder.encode_images(images)
    assert rows.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(rows[0], rows[2], atol=1e-6)
    with pytest.raises(ModelError, match="cannot make vectors of texts"):
        encoder.encode_texts(["a star"])


def test_without_the_package_it_says_how_to_get_it() -> None:
    assert not isinstance(sys.modules.get("relsim"), types.ModuleType)
    with pytest.raises(ModelError, match="needs its package, which is not installed. Install it with"):
        load_encoder("relsim:weights")


def test_missing_weights(package: Any) -> None:
    with pytest.raises(ModelError, match="could not be loaded from 'missing' .no such checkpoint."):
        load_encoder("relsim:missing")


def test_it_needs_a_folder() -> None:
    with pytest.raises(InputError, match="relsim:<folder or name>"):
        load_encoder("relsim")
