"""What layers of a torch network answer: kept as it was at that moment, batch by batch; the network is unchanged."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import explorer as ex
from explorer.base.errors import InputError
from explorer.base.torch_device import one_thread
from explorer.features.replacing.stitching import digits_cnn
from explorer.io.growing import GrowingArray
from explorer.library.activations import activations


class Odd(nn.Module):
    """Calls one module twice, works in place, answers with tuples and dictionaries, never uses one part."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)
        self.sequence = nn.LSTM(4, 5, batch_first=True)
        self.told = Told()
        self.unused = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.conv(x))
        x += 1  # in place, after the hooked module
        x = self.relu(self.drop(self.relu(x) - 0.5))
        x, _ = self.sequence(x.flatten(2).transpose(1, 2))
        answer: torch.Tensor = self.told(x)["vectors"]
        return answer


class Told(nn.Module):
    """Answers with a dictionary."""

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"vectors": x.mean(1)}


@pytest.fixture
def odd() -> Odd:
    torch.manual_seed(0)
    return Odd()


X = torch.from_numpy(np.random.default_rng(0).normal(size=(11, 3, 6, 6)).astype(np.float32))


def test_what_is_kept_is_what_the_layer_gave_though_later_ones_work_in_place(odd: Odd) -> None:
    odd.train()
    odd.norm.eval()
    before = {name: value.clone() for name, value in odd.state_dict().items()}
    found = activations(odd, X, batch=4, positions="keep")
    odd.eval()
    with torch.no_grad():
        conv = odd.conv(X)
        norm = odd.norm(conv)
        first = torch.relu(norm + 1)
        second = torch.relu(first - 0.5)
        sequence = odd.sequence(second.flatten(2).transpose(1, 2))[0]
    assert found.layers == ("conv", "norm", "relu", "drop", "relu#2", "sequence", "told")
    for name, wanted in {"conv": conv, "norm": norm, "relu": first, "relu#2": second}.items():
        assert found[name] == pytest.approx(wanted.numpy(), abs=1e-5), name
    assert found["sequence"][..., 0] == pytest.approx(sequence.transpose(1, 2).numpy(), abs=1e-5)
    assert found["told"] == pytest.approx(sequence.mean(1).numpy(), abs=1e-5)
    assert all((before[name] == value).all() for name, value in odd.state_dict().items())


def test_the_network_is_left_as_it_was_also_after_an_error(odd: Odd) -> None:
    odd.train()
    odd.norm.eval()
    activations(odd, X, "conv")
    with pytest.raises(InputError, match="gives Told|expected"):
        activations(nn.Sequential(odd, nn.Flatten(0)), X, ["1"])
    assert odd.training and not odd.norm.training and odd.drop.training
    assert not any(module._forward_hooks for module in odd.modules())
    assert torch.is_grad_enabled()


def test_layers_are_chosen_by_name_pattern_and_class(odd: Odd) -> None:
    assert activations(odd, X, "conv").layers == ("conv",)
    assert activations(odd, X, ["re*", nn.Conv2d]).layers == ("conv", "relu", "relu#2")
    assert activations(odd, X, nn.BatchNorm2d).layers == ("norm",)
    with pytest.raises(InputError, match=r"nothing in the network fits 'layer9'. Its modules are conv, norm, relu"):
        activations(odd, X, "layer9")
    with pytest.raises(InputError, match="calls none of unused"):
        activations(odd, X, "unused")


def test_positions_are_averaged_laid_in_a_row_or_kept(odd: Odd) -> None:
    kept = activations(odd, X, ["conv", "sequence"], positions="keep")
    mean, flat = (activations(odd, X, ["conv", "sequence"], positions=how) for how in ("mean", "flat"))
    assert kept["conv"].shape == (11, 4, 6, 6) and kept["sequence"].shape == (11, 5, 36, 1)
    assert flat["conv"] == pytest.approx(kept["conv"].reshape(11, -1))
    for name in ("conv", "sequence"):
        assert mean[name] == pytest.approx(kept[name].mean((2, 3)), abs=1e-6)


def test_tensors_loaders_and_files_give_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    files = []
    for number in range(5):
        files.append(tmp_path / f"{number}.png")
        Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)).save(files[-1])
    pixels = torch.stack([torch.from_numpy(np.array(Image.open(one)).transpose(2, 0, 1)) for one in files]) / 255
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(inplace=True))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(pixels, torch.arange(5)), batch_size=2)
    ways = [activations(net, pixels), activations(net, loader), activations(net, files, batch=2)]
    for one in ways[1:]:
        assert one["0"] == pytest.approx(ways[0]["0"], abs=1e-6)
    assert ways[0].ids == ("0", "1", "2", "3", "4") and ways[2].ids == tuple(map(str, files))
    Image.new("RGB", (7, 6)).save(files[3])
    with pytest.raises(InputError, match=r"3.png: expected an input of shape \(3, 6, 6\).*Give prepare="):
        activations(net, files)
    with pytest.raises(InputError, match="ids: expected 5, one an image, got 2"):
        activations(net, pixels, ids=["a", "b"])


def test_a_big_run_never_holds_more_than_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is kept of a batch is written before the next one is asked for."""
    sizes: list[int] = []
    append = GrowingArray.append

    def watched(self: GrowingArray, part: np.ndarray) -> None:
        sizes.append(len(part))
        append(self, part)

    monkeypatch.setattr(GrowingArray, "append", watched)
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    found = activations(net, torch.zeros(1000, 3), batch=64)
    assert max(sizes) == 64 and len(sizes) == 2 * 16 and len(found["1"]) == 1000
    folder = found.folder
    del found
    assert not folder.exists()


def test_modules_that_are_not_called_every_time_are_told() -> None:
    class Sometimes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.count = nn.Linear(3, 2), nn.Linear(3, 2), 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.count += 1
            answer: torch.Tensor = self.a(x) if self.count == 1 else self.b(x)
            return answer

    with pytest.raises(InputError, match="b was not called for the first 2 images"):
        activations(Sometimes(), torch.zeros(4, 3), batch=2)


class Digits(nn.Module):
    """One of the trained networks on digits that ship, as a network of its own."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.net = digits_cnn.load(seed).module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.net[:-1]:
            x = torch.relu_(layer(x))
        answer: torch.Tensor = self.net[-1](nn.functional.adaptive_avg_pool2d(x, 2).flatten(1))
        return answer


def test_layers_of_two_trained_networks_correspond_by_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    digits = digits_cnn.load_digits()
    held, ids = torch.from_numpy(digits.images[digits.test]), [f"d{i}" for i in range(500)]
    collection = ex.create(texts=ids, ids=ids, name="digits", prepare=False)
    for seed in (1, 2):
        with one_thread():
            found = activations(Digits(seed), held, nn.Conv2d, ids=ids)
        assert found.layers == tuple(f"net.{layer}" for layer in range(5))
        assert ex.add_layers(collection, f"net{seed}", found) == f"layers:net{seed}"
    compared = ex.compare_layers(collection, "layers:net1", "layers:net2")
    match = compared.correspondence
    assert match.order > 0.8 and match.apart < match.by_chance / 2
    assert compared.partners["net.0"] == "net.0" and compared.partners["net.4"] in ("net.3", "net.4")
    assert "Best partners lie" in repr(compared) and compared.to_pandas().shape == (5, 5)
    itself = ex.compare_layers(collection, "layers:net1", "layers:net1")
    assert np.diag(itself.values) == pytest.approx(np.ones(5), abs=1e-4) and "Blocks of layers" in repr(itself)
