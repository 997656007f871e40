"""The two networks of a stitch: models of a workspace whose images are run, or layers that were brought."""

from collections.abc import Sequence

import numpy as np

from explorer.base.errors import InputError
from explorer.features.compare.contract import is_network, load_network
from explorer.features.replacing.labelled import Labelled, narrowed
from explorer.features.replacing.stitching.brought import BroughtNet
from explorer.features.replacing.stitching.towers import EncoderNet, check_images
from explorer.workspace.opened import Opened

Net = EncoderNet | BroughtNet


def networks_of(opened: Opened, a: str, b: str) -> tuple[Net, Net]:
    """Front and end; one object where both are the same."""
    first = _network(opened, a)
    return first, first if a == b else _network(opened, b)


def _network(opened: Opened, spec: str) -> Net:
    if is_network(spec):
        return BroughtNet(load_network(opened.workspace, spec), len(opened.dataset))
    return EncoderNet(opened, opened.encoder(spec))


def items_of(opened: Opened, found: Labelled, nets: Sequence[Net]) -> Labelled:
    """The labelled items that both networks have. InputError when a model should read an item without an image."""
    if any(isinstance(net, EncoderNet) for net in nets):
        check_images(opened, found)
    kept = np.ones(len(found.rows), dtype=bool)
    for net in nets:
        if isinstance(net, BroughtNet):
            kept &= net.has[found.rows]
    return narrowed(found, kept, "without a row in the layers")


def match_positions(nets: tuple[Net, Net], layers: tuple[Sequence[str], Sequence[str]]) -> None:
    """Stitch position by position where both sides have positions, else their means.

    InputError for a model, whose layers have positions, with layers that were brought without.
    """
    brought = [(net, wanted) for net, wanted in zip(nets, layers, strict=True) if isinstance(net, BroughtNet)]
    positions = all(net.keeps_positions(list(wanted)) for net, wanted in brought)
    if brought and len(brought) < len(nets) and not positions:
        raise InputError(
            f"{brought[0][0].name} was brought without positions, which the blocks of a model have. Bring it again "
            "with --positions keep, or stitch it to other layers that were brought."
        )
    for net, _ in brought:
        net.positions = positions
