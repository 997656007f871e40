"""The formulas against the authors' own program on small inputs, and what goes wrong easily.

reference.npz, reference.json: KyleZheng1997/simmatch 93a7b24, without distribution alignment, c_smooth 0.9.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.features.label.simmatch.memory import Alignment, Bank
from explorer.features.label.simmatch.targets import (
    aggregate,
    confident_loss,
    cross_entropy,
    log_nearness,
    unfold,
    votes,
)

FILES = Path(__file__).parent
CLOSE = 1e-5


@pytest.fixture(scope="module")
def given_inputs() -> dict[str, torch.Tensor]:
    with np.load(FILES / "reference.npz") as found:
        return {name: torch.from_numpy(found[name]) for name in found}


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    return dict(json.loads((FILES / "reference.json").read_text()))


def test_numbers_of_the_authors(given_inputs: dict[str, torch.Tensor], expected: dict[str, object]) -> None:
    had, labels = given_inputs, given_inputs["bank_labels"]
    bank = had["bank"].T
    p = had["logits_ku"].softmax(1)
    q = log_nearness(had["feat_ku"], bank, 0.1).exp()
    torch.testing.assert_close(q, had["instance_sim_before_unfold"], atol=CLOSE, rtol=0)
    likeness = unfold(q, p, labels)
    torch.testing.assert_close(likeness, had["unfolded_instance_target"], atol=CLOSE, rtol=0)
    torch.testing.assert_close(votes(q, labels, 3), had["aggregated"], atol=CLOSE, rtol=0)
    guess = aggregate(q, p, labels, 0.9)
    torch.testing.assert_close(guess, torch.tensor(expected["pseudo_labels"]), atol=CLOSE, rtol=0)
    found = cross_entropy(likeness, log_nearness(had["feat_qu"], bank, 0.1))
    torch.testing.assert_close(found, torch.tensor(expected["likeness_losses"]), atol=CLOSE, rtol=0)
    loss = confident_loss(guess, had["logits_qu"].log_softmax(1), 0.7)
    assert float(loss) == pytest.approx(expected["confident_loss"], abs=CLOSE)


def test_memory_takes_the_embeddings_at_their_places(given_inputs: dict[str, torch.Tensor]) -> None:
    before, after = given_inputs["bank"].T, given_inputs["bank_after"].T
    bank = Bank(before, given_inputs["bank_labels"])
    places = torch.nonzero((before != after).any(1))[:, 0]
    bank.overwrite(places, after[places])
    assert torch.equal(bank.z, after)
    assert not torch.equal(before, after)


def test_memory_changed_in_the_middle_of_a_step_leaves_the_gradient_alone() -> None:
    bank = Bank(torch.eye(3), torch.tensor([0, 1, 2]))
    z = torch.eye(3, requires_grad=True)
    loss = log_nearness(z, bank.z, 0.1).sum()
    bank.overwrite(torch.tensor([0]), torch.tensor([[0.0, 1.0, 0.0]]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert z.grad is not None and bool(torch.isfinite(z.grad).all())


def test_it_is_not_plain_voting(given_inputs: dict[str, torch.Tensor]) -> None:
    had = given_inputs
    q = log_nearness(had["feat_ku"], had["bank"].T, 0.1).exp()
    voted = votes(q, had["bank_labels"], 3)
    mixed = aggregate(q, had["logits_ku"].softmax(1), had["bank_labels"], 0.9)
    assert (voted.argmax(1) != mixed.argmax(1)).any()


def test_smoothing_counts_in_one_direction_only(given_inputs: dict[str, torch.Tensor]) -> None:
    """The likeness target is the whole product; were 0.9 used there too, it would be near the plain likenesses."""
    had, labels = given_inputs, given_inputs["bank_labels"]
    q, p = had["instance_sim_before_unfold"], had["logits_ku"].softmax(1)
    smoothed = 0.9 * q + 0.1 * unfold(q, p, labels)
    assert float((smoothed - had["unfolded_instance_target"]).abs().max()) > 0.05


def test_threshold_looks_at_the_mixed_guess() -> None:
    p = torch.tensor([[0.72, 0.28]])
    q = torch.tensor([[0.0, 1.0]])
    guess = aggregate(q, p, torch.tensor([0, 1]), 0.9)
    assert float(guess.max()) < 0.7 < float(p.max())
    assert float(confident_loss(guess, torch.tensor([[0.5, 0.5]]).log(), 0.7)) == 0.0


def test_alignment_matters_and_forgets() -> None:
    align = Alignment(2)
    first = align(torch.tensor([[0.8, 0.2], [0.8, 0.2]]))
    torch.testing.assert_close(first, torch.full((2, 2), 0.5))
    align(torch.tensor([[0.2, 0.8]]))
    third = align(torch.tensor([[0.2, 0.8]]))  # the mean of the last two is [0.2, 0.8]; the first is forgotten
    torch.testing.assert_close(third, torch.full((1, 2), 0.5))


def test_alignment_brings_the_mean_to_what_is_expected() -> None:
    aligned = Alignment(4, torch.tensor([0.9, 0.1]))(torch.tensor([[0.5, 0.5], [0.5, 0.5]]))
    torch.testing.assert_close(aligned, torch.tensor([[0.9, 0.1], [0.9, 0.1]]))


def test_alignment_of_a_label_that_nobody_guesses_stays_finite() -> None:
    assert bool(torch.isfinite(Alignment(4)(torch.tensor([[1.0, 0.0]]))).all())


@given(st.integers(1, 6), st.integers(1, 9), st.integers(2, 5), st.integers(0, 2**16))
def test_targets_are_distributions(items: int, known: int, count: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    q = torch.randn(items, known, generator=generator).softmax(1)
    p = torch.randn(items, count, generator=generator).softmax(1)
    labels = torch.randint(count, (known,), generator=generator)
    for target in (unfold(q, p, labels), aggregate(q, p, labels, 0.9)):
        torch.testing.assert_close(target.sum(1), torch.ones(items), atol=1e-5, rtol=0)
        assert bool((target >= 0).all())
