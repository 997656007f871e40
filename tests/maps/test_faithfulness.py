import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.base.arrays import unit_rows
from explorer.maps import faithfulness as module
from explorer.maps.faithfulness import continuity_per_point, faithfulness, trustworthiness_per_point
from explorer.maps.layout import linear_map

Doubles = NDArray[np.float64]


def spaces(count: int, seed: int = 0) -> tuple[NDArray[np.float32], Doubles]:
    random = np.random.default_rng(seed)
    vectors = unit_rows(random.normal(size=(count, 6)))
    return vectors, vectors[:, :2] + 0.1 * random.normal(size=(count, 2))


@pytest.mark.parametrize(("count", "k"), [(31, 5), (200, 15), (600, 7)])
def test_means_are_those_of_scikit_learn(count: int, k: int) -> None:
    from sklearn.manifold import trustworthiness

    vectors, coords = spaces(count)
    exact = vectors.astype(np.float64)
    assert trustworthiness_per_point(vectors, coords, k).mean() == pytest.approx(
        trustworthiness(exact, coords, n_neighbors=k), abs=1e-9
    )
    assert continuity_per_point(vectors, coords, k).mean() == pytest.approx(
        trustworthiness(coords, exact, n_neighbors=k), abs=1e-9
    )


def plain(truth: Doubles, shown: Doubles, k: int) -> list[float]:
    """The definition, word by word."""
    count, result = len(truth), []
    for point in range(count):
        others = [other for other in range(count) if other != point]
        by_truth = sorted(others, key=lambda other: np.linalg.norm(truth[other] - truth[point]))
        by_shown = sorted(others, key=lambda other: np.linalg.norm(shown[other] - shown[point]))
        intruders = set(by_shown[:k]) - set(by_truth[:k])
        penalty = sum(by_truth.index(other) + 1 - k for other in intruders)
        result.append(1 - 2 / (k * (2 * count - 3 * k - 1)) * penalty)
    return result


def test_each_point_follows_the_definition() -> None:
    vectors, coords = spaces(40)
    exact = vectors.astype(np.float64)
    np.testing.assert_allclose(trustworthiness_per_point(vectors, coords, 6), plain(exact, coords, 6), atol=1e-12)
    np.testing.assert_allclose(continuity_per_point(vectors, coords, 6), plain(coords, exact, 6), atol=1e-12)


def test_the_same_space_is_perfect_and_chance_is_a_half() -> None:
    random = np.random.default_rng(0)
    circle = unit_rows(random.normal(size=(300, 2)))
    assert trustworthiness_per_point(circle, circle).min() == 1 == continuity_per_point(circle, circle).min()
    vectors, _ = spaces(800)
    assert trustworthiness_per_point(vectors, random.normal(size=(800, 2))).mean() == pytest.approx(0.5, abs=0.03)


def test_equal_vectors_cannot_be_misplaced() -> None:
    coords = np.random.default_rng(0).normal(size=(50, 2))
    assert trustworthiness_per_point(np.ones((50, 4)), coords).min() == 1


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_few_points_get_a_value(count: int) -> None:
    vectors, _ = spaces(count)
    result = faithfulness(vectors, linear_map(vectors))
    assert result.trustworthiness.shape == (count,) and result.note == "exact"
    assert (result.trustworthiness >= 0).all() and (result.continuity <= 1).all()


def test_the_estimate_is_near_to_the_exact_values(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = spaces(1500)
    model = linear_map(vectors)
    exact = faithfulness(vectors, model)
    monkeypatch.setattr(module, "EXACT_ITEMS", 100)
    monkeypatch.setattr(module, "REFERENCES", 400)
    estimated = faithfulness(vectors, model)
    assert "400 random" in estimated.note
    for left, right in [
        (exact.trustworthiness, estimated.trustworthiness),
        (exact.continuity, estimated.continuity),
    ]:
        assert right.mean() == pytest.approx(left.mean(), abs=0.003)
        assert np.abs(right - left).max() < 0.06
        assert np.corrcoef(left, right)[0, 1] > 0.97


def test_with_every_item_as_reference_the_estimate_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = spaces(300)
    model = linear_map(vectors)
    exact = faithfulness(vectors, model)
    monkeypatch.setattr(module, "EXACT_ITEMS", 100)
    estimated = faithfulness(vectors, model)
    np.testing.assert_allclose(estimated.trustworthiness, exact.trustworthiness, atol=1e-4)
    np.testing.assert_allclose(estimated.continuity, exact.continuity, atol=1e-4)


def test_on_a_sample_it_is_measured_among_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_ITEMS", 100)
    vectors, _ = spaces(600)
    result = faithfulness(vectors, linear_map(vectors, sample=300))
    whole = faithfulness(vectors, linear_map(vectors))
    assert "among 300 items" in result.note and result.trustworthiness.shape == (600,)
    assert result.trustworthiness.mean() == pytest.approx(whole.trustworthiness.mean(), abs=0.05)
