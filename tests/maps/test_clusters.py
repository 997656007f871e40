import numpy as np
import pandas as pd
import pytest

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.maps import clusters
from explorer.maps.clusters import cluster
from explorer.maps.naming import name_clusters_from_attributes, name_clusters_from_images, name_clusters_from_texts


def islands(sizes: list[int]) -> tuple[Floats, Rows]:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres = 20 * np.column_stack([np.cos(np.arange(len(sizes))), np.sin(np.arange(len(sizes)))])
    return (centres[labels] + random.normal(size=(len(labels), 2))).astype(np.float32), labels


def test_islands_are_found_largest_first() -> None:
    coords, truth = islands([60, 200, 120])
    labels = cluster(coords, min_size=40)
    for number, island in enumerate([1, 2, 0]):
        inside = labels[truth == island]
        assert (inside[inside >= 0] == number).all() and (inside >= 0).mean() > 0.8


def test_large_maps_are_clustered_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SAMPLE", 200)
    coords, truth = islands([600, 300])
    labels = cluster(coords, min_size=180)
    kept = labels >= 0
    assert kept.mean() > 0.8 and (labels[kept] == truth[kept]).all()
    np.testing.assert_array_equal(labels, cluster(coords, min_size=180))


@pytest.mark.parametrize("count", [1, 4, 9])
def test_too_few_points_have_no_clusters(count: int) -> None:
    assert cluster(np.zeros((count, 2), dtype=np.float32)).tolist() == [-1] * count


def test_equal_points_do_not_break_it() -> None:
    assert cluster(np.zeros((100, 2), dtype=np.float32)).shape == (100,)


TEXTS = [
    "a red apple on the table",
    "sweet red apple",
    "the old steam train",
    "a steam train arrives",
    "and then nothing",
]


def test_texts_name_clusters_by_their_own_terms() -> None:
    labels = np.array([0, 0, 1, 1, -1])
    first, second = name_clusters_from_texts(TEXTS, labels)
    assert set(first.replace(",", "").split()) == {"red", "apple"}
    assert set(second.replace(",", "").split()) == {"steam", "train"}


@pytest.mark.parametrize("texts", [["", "", "", "", ""], ["12 34"] * 5, ["of the and"] * 5])
def test_texts_without_words_give_numbers(texts: list[str]) -> None:
    assert name_clusters_from_texts(texts, np.array([0, 0, 1, 1, 1])) == ["cluster 1", "cluster 2"]


def test_clusters_with_the_same_texts_have_different_names() -> None:
    names = name_clusters_from_texts(["red apple"] * 4, np.array([0, 0, 1, 1]))
    assert len(set(names)) == 2


def test_class_based_tf_idf_follows_its_formula() -> None:
    texts = ["fruit fruit apple", "fruit apple", "fruit train train train", "train fruit"]
    names = name_clusters_from_texts(texts, np.array([0, 0, 1, 1]))
    assert names[0].split(",")[0] in ("apple", "fruit apple") and names[1].startswith("train")


def gap_space() -> tuple[Floats, Rows, Floats, list[str]]:
    """Images and words share directions, but each side is shifted by an offset far larger than the directions."""
    random = np.random.default_rng(0)
    meanings = unit_rows(random.normal(size=(8, 40)))
    image_gap, text_gap = 3 * unit_rows(random.normal(size=(2, 40)))
    labels = np.repeat(np.arange(3), 50)
    images = unit_rows(meanings[labels] + image_gap + 0.1 * random.normal(size=(150, 40)))
    words = ["apple", "train", "dog", "moon", "shoe", "river", "piano", "chair"]
    return images, labels, unit_rows(meanings + text_gap), words


def test_images_are_named_across_the_gap() -> None:
    images, labels, word_vectors, words = gap_space()
    names = name_clusters_from_images(images, labels, word_vectors, words)
    assert [name.split(", ")[0] for name in names] == ["apple", "train", "dog"]


def test_no_two_image_clusters_share_the_first_word() -> None:
    images, labels, word_vectors, words = gap_space()
    halves = labels * 2 + np.arange(150) % 2
    names = name_clusters_from_images(images, halves, word_vectors, words)
    assert len({name.split(", ")[0] for name in names}) == 6


def test_fewer_words_than_clusters_still_gives_different_names() -> None:
    images, labels, word_vectors, words = gap_space()
    names = name_clusters_from_images(images, labels, word_vectors[:2], words[:2])
    assert len(set(names)) == 3


def test_one_image_cluster_has_nothing_to_differ_from() -> None:
    images, _, word_vectors, words = gap_space()
    assert name_clusters_from_images(images, np.zeros(150, dtype=int), word_vectors, words) == ["cluster 1"]


def test_attributes_name_by_lift() -> None:
    frame = pd.DataFrame({"kind": ["cat"] * 4 + ["dog"] * 4 + ["cat", "dog"], "same": ["x"] * 10})
    labels = np.array([0] * 4 + [1] * 4 + [-1] * 2)
    assert name_clusters_from_attributes(frame, labels) == ["kind: cat", "kind: dog"]


def test_without_telling_attributes_clusters_have_numbers() -> None:
    labels = np.array([0, 0, 1, 1])
    for frame in (pd.DataFrame({"same": ["x"] * 4}), pd.DataFrame({"none": [None] * 4}), pd.DataFrame(index=range(4))):
        assert name_clusters_from_attributes(frame, labels) == ["cluster 1", "cluster 2"]
