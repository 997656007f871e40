"""Pocket's image tower written out: it loads without the seconds that model libraries need.

He et al. 2016 with the stem of three convolutions and the pooled shortcuts of He et al. 2019 (timm's "resnet10t" within
open_clip's adapter). Modules and weights carry their names; tested to give the same numbers.
"""

from collections import OrderedDict

from torch import Tensor, nn

_STEM, _WIDTHS = (24, 32), (64, 128, 256, 512)


class PocketTower(nn.Module):
    """(b, 3, s, s) normalised pixels to (b, dim) features, s a multiple of 32."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.head = nn.Sequential(OrderedDict(proj=nn.Linear(_WIDTHS[-1], dim)))

    def forward(self, x: Tensor) -> Tensor:
        """The projected mean over the positions of the last block."""
        features: Tensor = self.head(self.trunk(x).mean((2, 3)))
        return features


class Trunk(nn.Module):
    """(b, 3, s, s) pixels to the (b, 512, s / 32, s / 32) activations of four blocks after a stem."""

    def __init__(self) -> None:
        super().__init__()
        first, second = _STEM
        self.conv1 = nn.Sequential(
            *(_conv(3, first, stride=2), nn.BatchNorm2d(first), nn.ReLU(inplace=True)),
            *(_conv(first, second), nn.BatchNorm2d(second), nn.ReLU(inplace=True)),
            _conv(second, _WIDTHS[0]),
        )
        self.bn1 = nn.BatchNorm2d(_WIDTHS[0])
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        before = (_WIDTHS[0], *_WIDTHS)
        for number, width in enumerate(_WIDTHS):
            setattr(self, f"layer{number + 1}", nn.Sequential(Block(before[number], width)))

    def forward(self, x: Tensor) -> Tensor:
        """The activations after the last block."""
        return self.activations(x)[-1]

    def activations(self, x: Tensor) -> list[Tensor]:
        """The activations after the stem and after each block."""
        stem = self.act1(self.bn1(self.conv1(x)))
        found, x = [stem], self.maxpool(stem)
        for number in range(len(_WIDTHS)):
            x = getattr(self, f"layer{number + 1}")(x)
            found.append(x)
        return found


class Block(nn.Module):
    """Two convolutions and a shortcut; where the width doubles, the side is halved."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        stride = 1 if before == width else 2
        self.conv1, self.bn1 = _conv(before, width, stride), nn.BatchNorm2d(width)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2, self.bn2 = _conv(width, width), nn.BatchNorm2d(width)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = None if stride == 1 else _shortcut(before, width)

    def forward(self, x: Tensor) -> Tensor:
        """(b, before, s, s) to (b, width, s or s / 2, s or s / 2)."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(x)))))
        x += shortcut
        found: Tensor = self.act2(x)
        return found


def _conv(before: int, width: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(before, width, kernel_size=3, stride=stride, padding=1, bias=False)


def _shortcut(before: int, width: int) -> nn.Sequential:
    pool = nn.AvgPool2d(2, stride=2, ceil_mode=True, count_include_pad=False)
    return nn.Sequential(pool, nn.Conv2d(before, width, kernel_size=1, bias=False), nn.BatchNorm2d(width))
