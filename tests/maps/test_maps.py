from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import Cancelled, InputError
from explorer.maps import neighbours
from explorer.maps.layout import COMPILED, linear_map, solid_map, umap_map
from explorer.maps.model import MapModel
from explorer.maps.neighbours import nearest_items
from explorer.maps.pca import pca_map
from explorer.maps.placing import NEIGHBOURS, place_among


def blobs(count: int, groups: int = 6, dim: int = 24, seed: int = 0) -> tuple[Floats, Rows]:
    random = np.random.default_rng(seed)
    labels = random.integers(groups, size=count)
    centres = random.normal(size=(groups, dim))
    return unit_rows(centres[labels] + 0.2 * random.normal(size=(count, dim))), labels


def purity(coords: Floats, labels: Rows, k: int = 5) -> float:
    distances = ((coords[:, None] - coords[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    near = np.argsort(distances, axis=1)[:, :k]
    return float((labels[near] == labels[:, None]).mean())


@pytest.fixture(scope="module")
def mapped() -> tuple[Floats, Rows, MapModel]:
    vectors, labels = blobs(400)
    return vectors, labels, umap_map(vectors)


class Recorder:
    def __init__(self, stop_at: str = "") -> None:
        self.started: list[tuple[str, int]] = []
        self.done: list[int] = []
        self.stop_at = stop_at

    def start(self, what: str, total: int) -> None:
        self.started.append((what, total))

    def advance(self, done: int) -> None:
        if self.started[-1][0] == self.stop_at:
            raise Cancelled("stop")
        self.done.append(done)

    def finish(self) -> None:
        pass


def oracle(vectors: Floats, pool: Rows, row: int, k: int) -> list[int]:
    similarities = vectors[pool] @ vectors[row]
    return [int(place) for place in np.argsort(-similarities, kind="stable") if pool[place] != row][:k]


@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_nearest_items_are_those_of_a_plain_sort(count: int, k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = unit_rows(random.normal(size=(count, 5)))
    pool = np.sort(random.choice(count, random.integers(2, count + 1), replace=False))
    rows, similarities = nearest_items(vectors, pool, k)
    assert rows.shape == (count, min(k, len(pool) - 1))
    for row in range(count):
        assert rows[row].tolist() == oracle(vectors, pool, row, rows.shape[1])
        np.testing.assert_allclose(similarities[row], vectors[pool[rows[row]]] @ vectors[row], atol=1e-6)


def test_lists_and_links_are_repeatable_and_near_to_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = blobs(1500)
    pool = np.arange(1500)
    exact, _ = nearest_items(vectors, pool, 10)
    monkeypatch.setattr(neighbours, "EXACT_PAIRS", 0)
    first, _ = nearest_items(vectors, pool, 10)
    again, _ = nearest_items(vectors, pool, 10)
    np.testing.assert_array_equal(first, again)
    found = [len(set(left) & set(right)) / 10 for left, right in zip(exact.tolist(), first.tolist(), strict=True)]
    assert np.mean(found) > 0.98
    assert not (first == pool[:, None]).any()


def test_among_equal_vectors_each_has_others_as_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "EXACT_PAIRS", 0)
    vectors = np.ones((3000, 8), dtype=np.float32)
    rows, similarities = nearest_items(vectors, np.arange(3000), 5)
    assert rows.shape == (3000, 5) and not (rows == np.arange(3000)[:, None]).any()
    np.testing.assert_allclose(similarities, 1, atol=1e-5)


def test_pca_equals_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    vectors, _ = blobs(300)
    expected = PCA(2, svd_solver="full").fit_transform(vectors)
    found = pca_map(vectors)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-5)


def test_three_dimensions_keep_what_two_cannot() -> None:
    from sklearn.decomposition import PCA

    vectors, labels = blobs(300)
    expected = PCA(3, svd_solver="full").fit_transform(vectors)
    np.testing.assert_allclose(np.abs(pca_map(vectors, 3)), np.abs(expected), atol=1e-5)
    places = solid_map(vectors, sample=200)
    assert places.shape == (300, 3) and np.isfinite(places).all()
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(300)
    assert (labels[distances.argmin(1)] == labels).mean() > 0.95
    np.testing.assert_array_equal(places, solid_map(vectors, sample=200))
    assert solid_map(vectors[:3]).shape == (3, 3)


def test_pca_signs_do_not_depend_on_the_order_of_items_or_the_number_type() -> None:
    vectors, _ = blobs(300)
    order = np.random.default_rng(1).permutation(300)
    np.testing.assert_allclose(pca_map(vectors[order]), pca_map(vectors)[order], atol=1e-5)
    np.testing.assert_allclose(pca_map(vectors.astype(np.float16)), pca_map(vectors), atol=2e-3)


def test_pca_of_one_dimension_has_a_flat_second_axis() -> None:
    coords = pca_map(np.array([[1.0], [-1.0], [2.0]]))
    assert coords[:, 0].tolist() != [0, 0, 0] and coords[:, 1].tolist() == [0, 0, 0]


def test_umap_keeps_groups_together(mapped: tuple[Floats, Rows, MapModel]) -> None:
    _, labels, model = mapped
    assert model.coords.dtype == np.float32 and np.isfinite(model.coords).all()
    assert model.note == "" and len(model.anchors) == 400
    assert purity(model.coords, labels) > 0.98


def test_umap_is_the_same_for_a_seed_and_another_for_another(mapped: tuple[Floats, Rows, MapModel]) -> None:
    vectors, _, model = mapped
    np.testing.assert_array_equal(umap_map(vectors).coords, model.coords)
    assert not np.array_equal(umap_map(vectors, seed=1).coords, model.coords)


def test_what_is_compiled_for_a_map_is_kept_for_the_next_process(mapped: tuple[Floats, Rows, MapModel]) -> None:
    for module, name in COMPILED:
        assert getattr(import_module(module), name).stats.cache_path


def test_umap_on_a_sample_places_the_rest_in_its_groups(mapped: tuple[Floats, Rows, MapModel]) -> None:
    vectors, labels, _ = mapped
    model = umap_map(vectors, sample=150)
    assert len(model.anchors) == 150 and "150 of 400" in model.note
    assert purity(model.coords, labels) > 0.95
    np.testing.assert_array_equal(model.coords, umap_map(vectors, sample=150).coords)
    rest = np.setdiff1d(np.arange(400), model.anchors)
    nearest = model.neighbours[rest, :NEIGHBOURS], model.similarities[rest, :NEIGHBOURS]
    np.testing.assert_allclose(model.coords[rest], place_among(model.coords[model.anchors], *nearest), atol=1e-5)


def test_umap_reports_epochs_and_can_be_stopped() -> None:
    vectors, _ = blobs(60)
    progress = Recorder()
    umap_map(vectors, progress=progress)
    assert ("UMAP epochs", 500) in progress.started and progress.done[-1] <= 500
    with pytest.raises(Cancelled):
        umap_map(vectors, progress=Recorder(stop_at="UMAP epochs"))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 16])
def test_few_items_get_a_map(count: int) -> None:
    vectors, _ = blobs(count)
    model = umap_map(vectors)
    assert model.coords.shape == (count, 2) and np.isfinite(model.coords).all()
    assert bool(model.note) == (count < 4)


def test_equal_items_are_laid_out_without_overlap() -> None:
    model = umap_map(np.ones((40, 8), dtype=np.float16))
    assert len(np.unique(model.coords, axis=0)) == 40 and "spiral" in model.note


def test_items_on_a_line_and_copies_get_a_finite_map() -> None:
    line = np.column_stack([np.ones(30), np.linspace(0, 1, 30)])
    assert np.isfinite(umap_map(line).coords).all()
    vectors, _ = blobs(20)
    assert np.isfinite(umap_map(np.repeat(vectors, 10, axis=0)).coords).all()


@pytest.mark.parametrize(
    ("settings_", "message"), [({"n_neighbors": 1}, "n_neighbors: expected 2"), ({"min_dist": 2.0}, "min_dist")]
)
def test_settings_out_of_range_are_refused(settings_: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        umap_map(blobs(10)[0], **settings_)  # type: ignore[arg-type]


def test_no_items_are_refused() -> None:
    with pytest.raises(InputError, match="at least one item"):
        umap_map(np.empty((0, 4)))


def test_more_neighbours_than_items_is_fine() -> None:
    assert np.isfinite(umap_map(blobs(12)[0], n_neighbors=50).coords).all()


def placed_among(model: MapModel, vectors: Floats, queries: Floats) -> Floats:
    """Places of `queries` among their nearest items, found one by one."""
    similarities = unit_rows(queries) @ vectors.T
    rows = np.argsort(-similarities, axis=1)[:, :NEIGHBOURS]
    return place_among(model.coords, rows, np.take_along_axis(similarities, rows, axis=1))


def test_a_copy_of_an_item_is_placed_on_it(mapped: tuple[Floats, Rows, MapModel]) -> None:
    vectors, _, model = mapped
    placed = placed_among(model, vectors, vectors[:50])
    size = np.ptp(model.coords, axis=0).max()
    assert np.linalg.norm(placed - model.coords[:50], axis=1).max() < 0.01 * size


def test_new_items_are_placed_in_their_group(mapped: tuple[Floats, Rows, MapModel]) -> None:
    vectors, labels, model = mapped
    centres = np.stack([vectors[labels == group].mean(axis=0) for group in range(6)])
    placed = placed_among(model, vectors, centres)
    for group in range(6):
        nearest = np.argsort(np.linalg.norm(model.coords - placed[group], axis=1))[:5]
        assert (labels[nearest] == group).all()


def test_the_nearer_neighbour_counts_more() -> None:
    coords = np.array([[0, 0], [1, 0]], dtype=np.float32)
    placed = place_among(coords, np.array([[0, 1], [0, 1]]), np.array([[0.9, 0.1], [0.1, 0.9]], dtype=np.float32))
    np.testing.assert_allclose(placed, coords, atol=0.1)


def test_a_stray_neighbour_does_not_pull_the_place_away() -> None:
    coords = np.array([[0, 0], [0, 0.1], [0.1, 0], [100, 100]], dtype=np.float32)
    similarities = np.full((1, 4), 0.5, dtype=np.float32)
    assert np.abs(place_among(coords, np.array([[0, 1, 2, 3]]), similarities)).max() < 0.2


@given(st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_place_lies_between_its_neighbours(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    coords: NDArray[np.float32] = random.normal(size=(20, 2)).astype(np.float32)
    rows = random.choice(20, (3, k))
    placed = place_among(coords, rows, random.uniform(-1, 1, (3, k)).astype(np.float32))
    assert (placed >= coords[rows].min(axis=1) - 1e-5).all() and (placed <= coords[rows].max(axis=1) + 1e-5).all()


def test_linear_map_is_pca_with_anchors() -> None:
    vectors, _ = blobs(120)
    model = linear_map(vectors, sample=50)
    np.testing.assert_array_equal(model.coords, pca_map(vectors))
    assert len(model.anchors) == 50 and model.neighbours.max() < 50
