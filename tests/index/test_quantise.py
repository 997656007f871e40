"""Rounding of each vector on a scale of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.errors import InputError
from explorer.index.quantise import quantise


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(0, 20), dims=st.integers(1, 9), bits=st.integers(1, 8))
def test_each_number_is_within_half_a_step_and_the_ends_are_exact(seed: int, n: int, dims: int, bits: int) -> None:
    vectors = default_rng(seed).standard_normal((n, dims)).astype(np.float32)
    found = quantise(vectors, bits)
    restored = found.restored()
    assert len(found) == n and restored.shape == vectors.shape
    assert (np.abs(restored - vectors) <= found.step[:, None] / 2 + 1e-5).all()
    assert found.whole().max(initial=0) <= 2**bits - 1
    np.testing.assert_allclose(restored.min(axis=1, initial=np.inf), vectors.min(axis=1, initial=np.inf), atol=1e-5)
    queries = default_rng(seed + 1).standard_normal((3, dims)).astype(np.float32)
    np.testing.assert_allclose(found.scores(queries), queries @ restored.T, atol=1e-4)
    np.testing.assert_array_equal(found.part(slice(1, 4)).restored(), restored[1:4])


def test_four_bits_take_half_a_byte() -> None:
    vectors = default_rng(0).standard_normal((10, 9)).astype(np.float32)
    assert quantise(vectors, 4).codes.shape == (10, 5) and quantise(vectors, 8).codes.shape == (10, 9)
    assert quantise(vectors, 8).nbytes == 10 * (9 + 8)


def test_a_constant_vector_stays_what_it_is() -> None:
    constant = np.full((2, 4), 0.3, dtype=np.float32)
    np.testing.assert_array_equal(quantise(constant, 8).restored(), constant)


@pytest.mark.parametrize("bits", [0, 9])
def test_other_bits_are_refused(bits: int) -> None:
    with pytest.raises(InputError, match=f"Bits of a number: expected 1 to 8, got {bits}"):
        quantise(np.zeros((1, 2), dtype=np.float32), bits)
