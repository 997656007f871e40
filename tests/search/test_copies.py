"""Copies of pictures, texts and vectors: what is found, and what is not though it looks alike."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from explorer.base.arrays import unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.progress import Silent
from explorer.io.picture_hash import SmallPictures, difference_hash, mirrored, small_picture
from explorer.search import copies as copies_module
from explorer.search import duplicate_groups
from explorer.search.copies import LEAST, copy_pairs, plain_text
from explorer.search.pairs import distinct, without
from explorer.search.picture_agreement import picture_agreements

Picture = Image.Image
SIDE = 128


def photo(seed: int, ground: int = 0) -> Picture:
    """A picture with detail at all sizes, as photos have: blurred noise of several sizes, in colour."""
    random = default_rng(seed)
    layers = []
    for cells in (4, 8, 16, 32):
        small = Image.fromarray(random.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        layers.append(np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.float32))
    mixed = sum(layer * weight for layer, weight in zip(layers, (0.4, 0.3, 0.2, 0.1), strict=True))
    return Image.fromarray(np.clip(mixed + ground, 0, 255).astype(np.uint8))


def drawing(colour: str, shape: str = "star", ground: str = "white") -> Picture:
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    if shape == "star":
        draw.polygon([(64, 10), (80, 110), (20, 45), (108, 45), (48, 110)], fill=colour)
    else:
        draw.ellipse((30, 20, 100, 108), fill=colour)
    return image


def framed(image: Picture) -> Picture:
    return ImageOps.expand(image, 14, "black")


def with_caption(image: Picture) -> Picture:
    out = Image.new("RGB", (SIDE, SIDE + 22), "white")
    out.paste(image)
    ImageDraw.Draw(out).text((8, SIDE + 6), "a caption", fill="black")
    return out


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "smaller": lambda image: image.resize((60, 60)),
    "softer": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "crop": lambda image: image.crop((0, 24, 96, 120)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "paler": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "border": framed,
    "caption": with_caption,
    "mirror": ImageOps.mirror,
    "cropped and mirrored": lambda image: ImageOps.mirror(image.crop((0, 10, 100, 110))),
    "turned": lambda image: image.rotate(5, Image.Resampling.BICUBIC),
}


def small(images: list[Picture]) -> SmallPictures:
    grey, colour, aspect = zip(*map(small_picture, images), strict=True)
    return SmallPictures(np.stack(grey), np.stack(colour), np.array(aspect, dtype=np.float32))


def agreement(a: Picture, b: Picture) -> float:
    return float(picture_agreements(small([a, b]), np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_agrees_and_another_picture_does_not(change: str) -> None:
    scores = [agreement(photo(seed), CHANGES[change](photo(seed))) for seed in range(4)]
    assert min(scores) > 0.55, scores
    assert max(agreement(photo(seed), CHANGES[change](photo(seed + 1))) for seed in range(4)) < 0.3


def test_drawings_that_differ_in_colour_or_shape_are_no_copies() -> None:
    assert agreement(drawing("red"), drawing("red")) > 0.99
    assert agreement(drawing("red"), drawing("blue")) == 0
    assert agreement(drawing("red", "star"), drawing("red", "disc")) < 0.6


def test_plain_pictures_agree_only_where_they_are_the_same() -> None:
    white, near, grey = (Image.new("RGB", (40, 40), (value,) * 3) for value in (255, 254, 200))
    assert agreement(white, near) == 1 and agreement(white, grey) == 0
    assert agreement(white, drawing("red")) == 0
    assert agreement(Image.new("RGB", (40, 40), (200, 60, 60)), Image.new("RGB", (40, 40), (60, 134, 60))) == 0


def test_a_hash_in_a_mirror_and_of_a_plain_picture() -> None:
    grey = small([photo(1), ImageOps.mirror(photo(1)), Image.new("RGB", (9, 9), "red")]).grey
    hashes = difference_hash(grey)
    assert hashes[0] @ hashes[0] == pytest.approx(1, abs=1e-5) and np.linalg.norm(hashes[2]) == 0
    np.testing.assert_allclose(mirrored(hashes[:1])[0], hashes[1], atol=1e-5)


def items(paths: list[str], texts: list[str], hashes: list[str]) -> Dataset:
    ids = [str(row) for row in range(len(paths))]
    return Dataset(pa.table({"id": ids, "path": paths, "text": texts, "hash": hashes}))


def embedded(vectors: np.ndarray) -> Embeddings:
    return Embeddings(unit_rows(vectors), np.ones(len(vectors), dtype=bool), "own", {}, "")


def test_planted_copies_are_found_without_a_model_that_helps() -> None:
    images = [photo(seed) for seed in range(30)] + [CHANGES[name](photo(3)) for name in ("smaller", "border", "mirror")]
    images += [photo(7)]
    names = [f"{row}.png" for row in range(33)] + ["7.png"]
    dataset = items(names, [""] * 34, names)
    vectors = embedded(default_rng(0).standard_normal((34, 4)))
    pairs = copy_pairs(dataset, vectors, small(images), Silent())
    assert [group.rows.tolist() for group in duplicate_groups(pairs, 0.7)] == [[3, 30, 31, 32], [7, 33]]
    assert pairs.measure == "pictures" and (pairs.first < pairs.second).all()


def test_texts_are_the_same_up_to_case_and_spacing_then_by_vector() -> None:
    texts = ["A red car!", "a  red CAR", "ｃafé", "café", "something else", ""]
    assert [plain_text(one) for one in ("A  red CAR.", "ｃAFÉ", "…")] == ["a red car", "café", "..."]
    vectors = embedded(np.array([[1, 0.0], [0.99, 0.1], [0, 1], [0, 1], [-1, 0.2], [-1, 0.21]]))
    pairs = copy_pairs(items([""] * 6, texts, [""] * 6), vectors, None, Silent())
    groups = duplicate_groups(pairs, 0.99)
    assert [(group.rows.tolist(), group.exact) for group in groups] == [([0, 1], True), ([2, 3], True), ([4, 5], False)]


def test_many_equal_vectors_are_one_group() -> None:
    vectors = embedded(np.concatenate([np.repeat([[1.0, 0.0]], 300, axis=0), [[0, 1], [-1, 0], [0, -1.0]]]))
    pairs = copy_pairs(items([""] * 303, [""] * 303, [""] * 303), vectors, None, Silent())
    (group,) = duplicate_groups(pairs, 0.99)
    assert group.rows.tolist() == list(range(300)) and group.exact


def test_copies_of_copies_are_compared_though_no_search_proposes_them() -> None:
    """Thirty near copies have more near ones than the ten that are asked for; still every two are compared."""
    angles = np.concatenate([np.linspace(0, 0.02, 30), np.linspace(1, 3, 20)])
    vectors = embedded(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    pairs = copy_pairs(items([""] * 50, [""] * 50, [""] * 50), vectors, None, Silent())
    (group, *_) = duplicate_groups(pairs, 0.9995)
    assert group.rows.tolist() == list(range(30))


def test_of_many_items_the_same_pairs_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some have no vector, some the very same text; neighbours are looked for among the others by another way."""
    random = default_rng(3)
    whole = unit_rows(random.standard_normal((120, 6)))
    whole[40:60] = unit_rows(whole[:20] + 0.01 * random.standard_normal((20, 6)))
    texts = [f"text {row % 110}" for row in range(120)]
    vectors = Embeddings(whole.astype(np.float16), random.random(120) < 0.9, "own", {}, "")
    dataset = items([""] * 120, texts, [""] * 120)
    few = copy_pairs(dataset, vectors, None, Silent())
    monkeypatch.setattr(copies_module, "ALL_WITH_ALL", 50)
    many = copy_pairs(dataset, vectors, None, Silent())
    assert many.first.tolist() == few.first.tolist() and many.second.tolist() == few.second.tolist()
    np.testing.assert_allclose(many.scores, few.scores, atol=1e-5)
    np.testing.assert_allclose(many.nearest, few.nearest, atol=1e-3)
    assert few.least == LEAST and len(few.first) > 300


def test_of_very_many_pairs_the_best_are_kept_and_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = embedded(default_rng(4).standard_normal((80, 3)))
    dataset = items([""] * 80, [""] * 80, [""] * 80)
    whole = copy_pairs(dataset, vectors, None, Silent())
    monkeypatch.setattr(copies_module, "MOST_KEPT", 50)
    some = copy_pairs(dataset, vectors, None, Silent())
    assert len(some.scores) == 50 and some.least == some.scores.min() > whole.least
    best = whole.scores >= some.least
    assert whole.first[best].tolist() == some.first.tolist() and whole.second[best].tolist() == some.second.tolist()


def test_when_more_are_equal_than_are_kept_the_best_stay() -> None:
    best = copies_module._best
    scores = np.array([0.9, 0.9, 0.9, 0.5, 0.2], dtype=np.float32)
    assert best(scores, 0.3, 4).tolist() == [True, True, True, True, False]
    assert best(scores, 0.3, 3).tolist() == best(scores, 0.3, 2).tolist() == [True, True, True, False, False]
    assert best(np.array([0.9, 0.5, 0.5], np.float32), 0.3, 2).tolist() == [True, False, False]
    assert best(scores[:0], 0.3, 2).tolist() == []


@given(st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30)))
def test_keys_without_repeats_and_without_known_ones(keys: list[int], known: list[int]) -> None:
    found = distinct(np.array(keys, dtype=np.int64))
    assert found.tolist() == sorted(set(keys))
    assert without(found, np.array(known, dtype=np.int64)).tolist() == sorted(set(keys) - set(known))
