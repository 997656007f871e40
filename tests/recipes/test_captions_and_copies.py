"""What people say of pictures, and small copies of them: what training steps are made of."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.sentence import MiniLMEncoder
from recipes.pocket.batches import BatchMaker
from recipes.pocket.captions import Captions, draw_captions, read_captions
from recipes.pocket.copies import CopyStore, copy_side, framing
from recipes.pocket.losses import TEXT_SCALE, text_loss
from recipes.pocket.picture_set import build_picture_set, read_sources
from recipes.pocket.pictures import Pictures, read_picture_set
from recipes.pocket.scene_pool import scene_pool
from recipes.pocket.views import Targets


def blobs(seed: int, size: tuple[int, int] = (240, 200)) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 255, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures, of which 3 is a copy of 1, and captions of all but 0."""
    (tmp_path / "some").mkdir()
    for number, seed in enumerate((0, 1, 2, 1)):
        blobs(seed).save(tmp_path / "some" / f"{number}.png")
    said = 'file_name,caption\n1.png,a dog\n2.png,a cat\n1.png,"one, or two"\n3.png,a copy\n'
    (tmp_path / "some" / "said.csv").write_text(said)
    (tmp_path / "sources.csv").write_text("name,folder,licence,most,captions\nsome,some,CC0,9,said.csv\n")
    return tmp_path


def gather(folder: Path) -> Path:
    build_picture_set(read_sources(folder / "sources.csv"), [], folder / "set", seed=0, progress=Silent())
    return folder / "set"


def test_captions_follow_their_pictures_into_the_set(folder: Path) -> None:
    with (gather(folder) / "captions.csv").open(newline="") as file:
        assert list(csv.reader(file))[1:] == [["1", "a dog"], ["1", "one, or two"], ["2", "a cat"]]
    text = MiniLMEncoder()
    found = read_captions(folder / "set", text, before=10, folder=folder / "kept")
    assert found is not None
    assert (found.pictures.tolist(), found.owners.tolist()) == ([11, 12], [0, 0, 1])
    wanted = text.encode_texts(["a dog", "one, or two", "a cat"])
    np.testing.assert_allclose(found.vectors, wanted, atol=1e-3)

    class Deaf(MiniLMEncoder):
        def encode_texts(self, texts: Any) -> Floats:
            raise AssertionError("encoded again")

    again = read_captions(folder / "set", Deaf(), before=10, folder=folder / "kept")
    assert again is not None
    np.testing.assert_array_equal(again.vectors, found.vectors)


def test_a_set_without_captions_has_none(folder: Path) -> None:
    (folder / "sources.csv").write_text("name,folder,licence,most\nsome,some,CC0,9\n")
    assert read_captions(gather(folder), MiniLMEncoder(), before=0, folder=folder) is None
    assert read_captions(folder, MiniLMEncoder(), before=0, folder=folder) is None


def test_captions_that_say_nothing_are_named_by_line(folder: Path) -> None:
    (folder / "some" / "said.csv").write_text("file_name,caption\n1.png,a dog\n2.png, \n")
    with pytest.raises(InputError, match=r"said\.csv, line 3: expected a file_name and a caption"):
        read_sources(folder / "sources.csv")
    (folder / "some" / "said.csv").unlink()
    with pytest.raises(InputError, match=r"said\.csv, which does not exist"):
        read_sources(folder / "sources.csv")
    (folder / "captions.csv").write_text("picture,caption\n-1,a dog\n")
    with pytest.raises(InputError, match=r"captions\.csv, line 2: expected a picture's number"):
        read_captions(folder, MiniLMEncoder(), before=0, folder=folder)


def test_a_batch_begins_with_captioned_pictures_and_a_caption_of_each(folder: Path) -> None:
    packed = read_picture_set(gather(folder))
    images = Pictures([blobs(7), blobs(8)], packed)
    captions = read_captions(folder / "set", MiniLMEncoder(), before=2, folder=folder)
    assert captions is not None
    targets = Targets(np.arange(5, dtype=np.float16)[:, None].repeat(1280, 1), np.zeros((4, 1280), np.float16), 3)
    maker = BatchMaker(
        images=images,
        targets=targets,
        pool=scene_pool(4, "train", 3, text=MiniLMEncoder(), folder=folder, progress=Silent()),
        copies=CopyStore(folder, images, 3, Silent()),
        whole_count=3,
        seed=5,
        held_count=1,
        captions=captions,
        captioned_count=2,
    )
    drawn = set()
    for step in range(12):
        batch = maker(step, 32, 1, 1)
        assert sorted(batch.captioned.tolist()) == [0, 1]
        assert batch.photos[:2].tolist() == captions.pictures[batch.captioned].tolist()
        assert captions.owners[batch.captions].tolist() == batch.captioned.tolist()
        assert batch.features[:6, 0].tolist() == batch.photos[:6].tolist()
        assert len(batch.images) == 2 + 1 + 3 + 1 + 1
        drawn |= set(batch.captions.tolist())
    assert drawn == {0, 1, 2}


def test_text_loss_compares_a_picture_with_all_captions_and_a_caption_with_the_batch() -> None:
    texts = torch.nn.functional.normalize(torch.randn(5, 8, generator=torch.Generator().manual_seed(0)), dim=-1)
    pictures = torch.nn.functional.normalize(texts[[0, 3]] + 0.3 * texts[[1, 4]], dim=-1)
    owned, picked = torch.tensor([[1, 1, 0, 0, 0], [0, 0, 0, 1, 0]]).bool(), torch.tensor([1, 3])
    logits = (pictures @ texts.T * TEXT_SCALE).double()
    rows = torch.log(torch.softmax(logits, 1))
    first = -((rows[0, 0] + rows[0, 1]) / 2 + rows[1, 3]) / 2
    columns = torch.log(torch.softmax(logits[:, picked], 0))
    second = -(columns[0, 0] + columns[1, 1]) / 2
    found = text_loss(pictures, texts, owned=owned, picked=picked)
    torch.testing.assert_close(found.double(), (first + second) / 2, rtol=1e-4, atol=1e-5)
    assert text_loss(pictures.flip(0), texts, owned=owned, picked=picked) > found


def test_a_caption_is_drawn_of_the_picture_itself() -> None:
    owners, rng = np.array([0, 1, 1, 1, 2]), np.random.default_rng(0)
    drawn = np.stack([draw_captions(owners, np.array([1, 2, 0]), rng) for _ in range(60)])
    assert [sorted(set(column.tolist())) for column in drawn.T] == [[1, 2, 3], [4], [0]]
    captions = Captions(np.array([4, 7, 9]), owners, np.zeros((5, 3), np.float32))
    assert captions.places(np.array([9, 3, 4, 8, 7, 12])).tolist() == [2, -1, 0, -1, 1, -1]


def test_copies_are_an_eighth_larger_and_made_once(tmp_path: Path) -> None:
    images = Pictures([blobs(seed, (90, 60)) for seed in range(3)])
    copies = CopyStore(tmp_path, images, 3, Silent()).of(32)
    assert copies.shape == (3, copy_side(32), copy_side(32), 3) == (3, 36, 36, 3)
    for row in range(3):
        whole = np.asarray(images[row].resize((36, 36)), np.float32)
        assert np.abs(copies[row].astype(np.float32) - whole).mean() < 40
        others = [np.abs(copies[other].astype(np.float32) - whole).mean() for other in range(3) if other != row]
        assert np.abs(copies[row].astype(np.float32) - whole).mean() < min(others)
    again = CopyStore(tmp_path, Pictures([]), 3, Silent()).of(32)
    np.testing.assert_array_equal(again, copies)
    assert [path.name for path in tmp_path.iterdir()] == ["copies-32-3.npy"]


@pytest.mark.parametrize(
    ("size", "share", "box"),
    [
        ((80, 40), 0.0, (0, 0, 1, 1)),
        ((80, 40), 1.0, (0.25, 0, 0.75, 1)),
        ((80, 40), 0.5, (0.125, 0, 0.875, 1)),
        ((40, 80), 1.0, (0, 0.25, 1, 0.75)),
        ((40, 40), 0.7, (0, 0, 1, 1)),
    ],
)
def test_framing_goes_from_all_to_the_centred_square(
    size: tuple[int, int], share: float, box: tuple[float, ...]
) -> None:
    np.testing.assert_allclose(framing(size, share), box, atol=1e-6)
