import numpy as np

from explorer.base.metrics import (
    average_precisions,
    bootstrap_interval,
    hits_among,
    hits_by_words,
    hits_of_neighbour,
    mean_score,
    percentile_interval,
    wilson,
)

LINE = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float32)


def test_neighbour_never_is_the_item_itself() -> None:
    labels = np.array(["a", "b", "c", "d"])
    assert not hits_of_neighbour(LINE, labels).any()
    assert hits_of_neighbour(LINE, np.array(["a", "a", "b", "b"])).all()


def test_average_precision_by_hand() -> None:
    found = average_precisions(LINE, np.array(["a", "b", "a", "c"]))
    # item 0 ranks 1, 3, 2: its one relevant item comes third; item 2 ranks 3, 1, 0: third as well
    np.testing.assert_allclose(found, [1 / 3, 1 / 3], atol=1e-6)


def test_random_vectors_are_at_chance() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2000, 32)).astype(np.float32)
    words = rng.normal(size=(10, 32)).astype(np.float32)
    hits = hits_by_words(vectors, words, rng.integers(0, 10, 2000))
    score = mean_score(hits)
    assert score.low < 0.1 < score.high


def test_captions_are_compared_within_their_group_only() -> None:
    images = np.eye(4, dtype=np.float32)
    swapped = images[[1, 0, 2, 3]]
    assert hits_among(images, swapped, 2).tolist() == [False, False, True, True]


def test_interval_covers_the_mean_and_shrinks() -> None:
    rng = np.random.default_rng(1)
    few, many = mean_score(rng.random(50) < 0.3), mean_score(rng.random(5000) < 0.3)
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_the_interval_of_a_share_is_wilsons_and_stays_one_at_its_ends() -> None:
    from scipy.stats import binomtest

    for hits, trials in ((24, 24), (0, 7), (3, 10), (950, 1000)):
        found = binomtest(hits, trials).proportion_ci(method="wilson")
        np.testing.assert_allclose(wilson(hits / trials, trials), (found.low, found.high), atol=1e-6)
    assert 0.86 < wilson(1.0, 24)[0] < 0.87 and wilson(1.0, 24)[1] == 1


def test_the_bootstrap_of_a_ratio_agrees_with_scipys_and_leaves_out_what_is_no_number() -> None:
    from scipy.stats import bootstrap

    rng = np.random.default_rng(3)
    hits, most = rng.integers(0, 4, 60), rng.integers(4, 8, 60)
    low, high = bootstrap_interval(lambda rows: float(hits[rows].sum() / most[rows].sum()), 60, draws=4000)
    theirs = bootstrap(
        (hits, most),
        lambda hits, most, axis: hits.sum(axis) / most.sum(axis),
        paired=True,
        method="percentile",
        n_resamples=4000,
        rng=rng,
    ).confidence_interval
    assert np.allclose([low, high], [theirs.low, theirs.high], atol=0.01)
    values = iter([np.nan, 1.0, np.nan, 3.0])
    assert np.allclose(percentile_interval(lambda rng: next(values), draws=4), [1.05, 2.95])
    assert np.isnan(percentile_interval(lambda rng: np.nan, draws=3)).all()
