"""MUVERA's encodings against the official encoder, with its random matrices put in, and what goes wrong easily."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.lab.several.chamfer import VectorSets, chamfer, filled_up
from explorer.features.lab.several.fde import (
    FdeMatrices,
    FdeSettings,
    cell_distances,
    cells,
    draw,
    encode_documents,
    encode_queries,
    estimates,
)

HERE = Path(__file__).parent
CASES = json.loads((HERE / "official_encodings.json").read_text())
WITHIN = 2e-7


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    with np.load(HERE / "official_encodings.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def ranking() -> tuple[VectorSets, VectorSets, np.ndarray]:
    with np.load(HERE / "ranking_case.npz") as arrays:
        documents, queries = (whole(arrays[name].astype(np.float32)) for name in ("documents", "queries"))
        return documents, queries, arrays["best"]


def whole(vectors: np.ndarray) -> VectorSets:
    return VectorSets(vectors, np.full(len(vectors), vectors.shape[1]))


def matrices_of(official: dict[str, Any], number: int) -> FdeMatrices:
    return FdeMatrices(official[f"simhash{number}"], official.get(f"ams{number}"))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_equals_the_official_encoder(official: dict[str, Any], number: int) -> None:
    case, matrices = CASES[number], matrices_of(official, number)
    query, item = whole(official[f"q{number}"][None]), whole(official[f"x{number}"][None])
    asked, kept = encode_queries(query, matrices), encode_documents(item, matrices, bool(case["fill"]))
    np.testing.assert_allclose(asked[0], official[f"fde_q{number}"], atol=WITHIN)
    np.testing.assert_allclose(kept[0], official[f"fde_d{number}"], atol=WITHIN)
    assert asked.shape[1] == case["fde_dim"]
    assert estimates(asked, kept, case["reps"])[0, 0] == pytest.approx(case["dot_over_reps"], abs=WITHIN)
    assert chamfer(query.vectors[0], item)[0] == pytest.approx(case["chamfer"], abs=1e-6)


def test_the_projection_is_one_sign_a_row_as_the_official_one(official: dict[str, Any]) -> None:
    drawn = draw(FdeSettings(repetitions=2, bits=3, projected=4), 16).projection
    assert drawn is not None
    for matrix in (official["ams2"], drawn):
        np.testing.assert_array_equal(np.abs(matrix).sum(axis=2), 1)


def test_more_repetitions_and_bits_rank_better(ranking: tuple[VectorSets, VectorSets, np.ndarray]) -> None:
    """Recall of the Chamfer top 1 in the first 10: the official encoder's draws gave 0.55, 0.925 and 0.975."""
    means = [
        np.mean([found_in_ten(ranking, draw(settings(*size, seed), 32)) for seed in (1, 1_000)])
        for size in ((1, 3), (5, 3), (20, 3))
    ]
    np.testing.assert_allclose(means, [0.55, 0.925, 0.975], atol=0.09)
    assert means == sorted(means)


def settings(repetitions: int, bits: int, seed: int = 1) -> FdeSettings:
    return FdeSettings(repetitions=repetitions, bits=bits, projected=0, seed=seed)


def found_in_ten(
    ranking: tuple[VectorSets, VectorSets, np.ndarray], matrices: FdeMatrices, other: FdeMatrices | None = None
) -> float:
    documents, queries, best = ranking
    found = encode_queries(queries, matrices) @ encode_documents(documents, other or matrices).T
    return float((np.argsort(-found, axis=1)[:, :10] == best[:, None]).any(axis=1).mean())


def test_trap_other_seeds_for_questions_and_items(ranking: tuple[VectorSets, VectorSets, np.ndarray]) -> None:
    one, other = (draw(settings(5, 3, seed), 32) for seed in (1, 1_000))
    assert found_in_ten(ranking, one) > 0.75 > 0.65 > found_in_ten(ranking, one, other)


def test_trap_a_question_has_the_sum_and_an_item_the_mean() -> None:
    pair = whole(np.array([[[1.0, 0.0], [1.0, 0.0]]], dtype=np.float32))
    matrices = FdeMatrices(np.ones((1, 2, 0)))  # no planes: one cell
    np.testing.assert_array_equal(encode_queries(pair, matrices), [[2, 0]])
    np.testing.assert_array_equal(encode_documents(pair, matrices), [[1, 0]])


def test_trap_empty_cells_are_filled_for_items_alone() -> None:
    lone = whole(np.array([[[0.6, 0.8]]], dtype=np.float32))
    matrices = FdeMatrices(np.eye(2)[None])  # cells by the signs of x and y
    assert np.count_nonzero(encode_queries(lone, matrices).reshape(4, 2).any(axis=1)) == 1
    np.testing.assert_allclose(encode_documents(lone, matrices).reshape(4, 2), np.tile([0.6, 0.8], (4, 1)), rtol=1e-6)
    np.testing.assert_array_equal(
        encode_documents(lone, matrices, fill=False).astype(bool), encode_queries(lone, matrices).astype(bool)
    )


def test_trap_cells_are_gray_codes_and_distances_know_it() -> None:
    corners = np.array([[-1.0, -1], [-1, 1], [1, 1], [1, -1]])
    found = cells(corners, np.eye(2)[None])[:, 0]
    np.testing.assert_array_equal(found, [0, 1, 2, 3])  # by plain binary numbers (1, 1) would be 3 and (1, -1) 2
    np.testing.assert_array_equal(
        cell_distances(2)[found[:, None], found], [[0, 1, 2, 1], [1, 0, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
    )


def test_a_number_of_zero_is_no_positive_sign() -> None:
    assert cells(np.zeros((1, 2)), np.eye(2)[None])[0, 0] == 0


def test_the_first_of_equally_near_vectors_fills() -> None:
    item = whole(np.array([[[1.0, -0.5], [-1.0, 0.25]]], dtype=np.float32))  # both one sign away from (1, 1)
    filled = encode_documents(item, FdeMatrices(np.eye(2)[None])).reshape(4, 2)
    np.testing.assert_allclose(filled[2], [1.0, -0.5])


def test_trap_estimates_are_divided_by_the_repetitions() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 1, 24)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    items, matrices = whole(vectors), draw(settings(6, 3), 24)
    found = estimates(encode_queries(items, matrices), encode_documents(items, matrices), 6)
    exact = np.stack([chamfer(one, items) for one in vectors])
    np.testing.assert_allclose(found, exact, atol=1e-5)  # single vectors: a filled item has its vector in every cell


def test_filled_up_places_count_for_nothing() -> None:
    generator = np.random.default_rng(1)
    parts = [generator.normal(size=(count, 6)).astype(np.float32) for count in (3, 1, 5)]
    together, matrices = filled_up(parts, 5, 6), draw(FdeSettings(repetitions=3, bits=2, projected=2), 6)
    for encode in (encode_queries, encode_documents):
        alone = np.concatenate([encode(whole(part[None]), matrices) for part in parts])
        np.testing.assert_allclose(encode(together, matrices), alone, atol=1e-6)


def test_an_item_without_vectors_is_nothing() -> None:
    empty = filled_up([np.empty((0, 4), dtype=np.float32)], 3, 4)
    assert not encode_documents(empty, draw(settings(2, 2), 4)).any()


def test_the_sketch_keeps_products_on_average() -> None:
    generator = np.random.default_rng(2)
    items = whole(generator.normal(size=(6, 4, 16)).astype(np.float32))
    plain = FdeSettings(repetitions=4, bits=2, projected=0)
    exact = encode_documents(items, draw(plain, 16))
    assert exact.shape == (6, 256)
    sums = np.zeros((6, 6))
    for seed in range(60):
        short = FdeSettings(repetitions=4, bits=2, projected=0, final=64, seed=seed)
        own = draw(short, 16)
        matrices = FdeMatrices(draw(plain, 16).planes, None, own.place, own.sign, own.final)
        found = encode_documents(items, matrices)
        assert found.shape == (6, 64)
        sums += found @ found.T / 60
    np.testing.assert_allclose(sums, exact @ exact.T, atol=0.2 * np.abs(exact @ exact.T).max())


def test_equal_settings_draw_equal_matrices() -> None:
    one, same = (draw(FdeSettings(repetitions=2, bits=2, projected=3, final=8), 5) for _ in range(2))
    for name in ("planes", "projection", "place", "sign"):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"repetitions": 0}, "repetitions: expected 1 to 1,000, got 0"),
        ({"bits": 11}, "bits: expected 0 to 10, got 11"),
        ({"repetitions": 100, "bits": 10, "projected": 8}, "819,200 numbers are longer than 100,000"),
    ],
)
def test_settings_that_cannot_be_are_told(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        draw(FdeSettings(**wrong), 8)


def test_vectors_of_another_length_are_told() -> None:
    with pytest.raises(InputError, match="expected vectors of length 8 as the encoding was drawn for, got 4"):
        encode_queries(whole(np.ones((1, 2, 4), dtype=np.float32)), draw(settings(1, 1), 8))
