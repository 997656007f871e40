"""What made projector/: two embeddings of five items with labels and small pictures, by PyTorch's SummaryWriter.

Needs tensorboard 2.21.0 (not part of the tests): python make_projector.py
"""

import shutil
from pathlib import Path

import torch
from torch.utils.tensorboard import SummaryWriter

TARGET = Path(__file__).parent / "projector"
WORDS = [["red, dark", "é", 1], ["green", "b", 2], ["blue", "c", 3], ["white", "d", 4], ["black", "e", 5]]


def main() -> None:
    """Write, and leave the log of events away: the projector does not read it."""
    shutil.rmtree(TARGET, ignore_errors=True)
    numbers = torch.Generator().manual_seed(0)
    shades = torch.linspace(0, 1, 5)[:, None, None, None].expand(5, 3, 12, 12)
    writer = SummaryWriter(TARGET)
    header = ["name", "letter", "number"]
    for tag, size in (("wide", 6), ("narrow", 3)):
        vectors = torch.randn(5, size, generator=numbers)
        writer.add_embedding(vectors, metadata=WORDS, metadata_header=header, label_img=shades, tag=tag)
    writer.close()
    for log in TARGET.glob("events.*"):
        log.unlink()


if __name__ == "__main__":
    main()
