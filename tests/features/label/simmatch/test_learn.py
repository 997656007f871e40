"""The training on small made-up vectors: it learns from items without a label, and says what it cannot use."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.label.method import FewLabels
from explorer.features.label.simmatch.agreement import agreement, share_alike
from explorer.features.label.simmatch.learn import _Training, learn
from explorer.features.label.simmatch.method import SIMMATCH, expected_shares
from explorer.features.label.simmatch.network import Network, Shape
from explorer.features.label.simmatch.sampler import Sampler
from explorer.features.label.simmatch.settings import Settings

SHORT = Settings(steps=100, hidden=16, batch=8, follow=0.8, embedding=8, scale=5.0)


def made(count: int = 240, each: int = 2, labels: int = 3, views: bool = False) -> tuple[FewLabels, np.ndarray]:
    """Items around `labels` centres, `each` of them labelled, and the right codes."""
    rng = np.random.default_rng(0)
    codes = np.arange(count) % labels
    vectors = np.eye(12, dtype=np.float32)[codes] + rng.normal(size=(count, 12)).astype(np.float32) * 0.12
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = np.arange(each * labels)
    seen = np.stack([vectors, vectors]) if views else None
    names = tuple(f"label {code}" for code in range(labels))
    return FewLabels(vectors=vectors, rows=rows, codes=codes[rows], names=names, views=seen), codes


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("views", [False, True])
def test_it_learns_and_gives_the_same_twice(views: bool) -> None:
    few, codes = made(views=views)
    first, second = (learn(few, rng(), Silent(), SHORT) for _ in range(2))
    assert (first.probabilities.argmax(axis=1) == codes).mean() > 0.9
    assert (first.votes.argmax(axis=1) == codes).mean() > 0.9
    np.testing.assert_array_equal(first.probabilities, second.probabilities)
    np.testing.assert_allclose(first.votes.sum(axis=1), 1, atol=1e-5)
    assert first.curve[-1][0] == SHORT.steps and first.curve[-1][2] > 0, "some guesses are sure in the end"


def test_memory_holds_what_the_teacher_sees_from_the_first_step_on() -> None:
    few, _ = made()
    training = _Training(few, rng(), SHORT, None)
    with torch.inference_mode():
        z, _ = training.teacher(training.sampler.tensor(few.vectors[few.rows]))
    torch.testing.assert_close(training.bank.z, z)


def test_memory_is_written_by_the_teacher_and_the_student_alone_learns() -> None:
    few, _ = made(views=True)
    training = _Training(few, rng(), SHORT, None)
    with torch.no_grad():
        for parameter in training.student.module.parameters():
            parameter.add_(0.5)  # student and teacher now see differently
    batch = training.sampler.batch(0)
    loss = training._loss(batch)
    with torch.inference_mode():
        seen_by_teacher, _ = training.teacher(batch.known)
        seen_by_student, _ = training.student(batch.known)
    last = {int(place): number for number, place in enumerate(batch.places)}
    for place, number in last.items():
        torch.testing.assert_close(training.bank.z[place], seen_by_teacher[number])
        assert float((training.bank.z[place] - seen_by_student[number]).abs().max()) > 1e-3
    loss.backward()  # type: ignore[no-untyped-call]
    assert all(parameter.grad is None for parameter in training.teacher.module.parameters())
    assert any(parameter.grad is not None for parameter in training.student.module.parameters())


def test_likeness_counts_from_the_second_epoch_on() -> None:
    few, _ = made(views=True)
    training = _Training(few, rng(), SHORT, None)
    head = list(training.student.head.parameters())
    training._loss(training.sampler.batch(0)).backward()  # type: ignore[no-untyped-call]
    assert all(one.grad is None or not one.grad.any() for one in head)
    second = training.sampler.batch(training.sampler.steps_an_epoch)
    training._loss(second).backward()  # type: ignore[no-untyped-call]
    assert any(one.grad is not None and bool(one.grad.any()) for one in head)


def test_items_without_a_label_alone_are_matched_with_the_memory() -> None:
    few, _ = made()
    training = _Training(few, rng(), SHORT, None)
    assert not np.intersect1d(training.sampler.unlabelled, few.rows).size
    learned = training.learned()
    own = learned.votes[few.rows]
    with torch.inference_mode():
        z, _ = training.teacher(training.sampler.tensor(few.vectors[few.rows]))
    near = (z @ training.bank.z.T / 0.1).softmax(dim=1)
    near.fill_diagonal_(0)
    expected = np.stack([near[:, few.codes == code].sum(dim=1).numpy() for code in range(3)], axis=1)
    np.testing.assert_allclose(own, expected / expected.sum(axis=1, keepdims=True), atol=1e-5)


def test_untrained_it_sees_the_vectors_as_they_are_and_the_teacher_follows_slowly() -> None:
    shape = Shape(dim=6, labels=2, hidden=4, embedding=3)
    one, other = Network(shape), Network(shape)
    vectors = torch.randn(5, 6)
    assert float(one.residual(vectors).detach().abs().max()) == 0.0
    before = [parameter.detach().clone() for parameter in one.module.parameters()]
    one.follow(other, 0.75)
    for own, old, others in zip(one.module.parameters(), before, other.module.parameters(), strict=True):
        torch.testing.assert_close(own.detach(), 0.75 * old + 0.25 * others.detach())


def test_shares_are_those_of_the_items_and_not_of_the_labels() -> None:
    few, _ = made(120, each=2, labels=2)
    many = np.concatenate([few.vectors, np.repeat(few.vectors[few.rows[:1]], 200, axis=0)])
    shares = expected_shares(FewLabels(vectors=many, rows=few.rows, codes=few.codes, names=few.names), rng(), Silent())
    assert shares[0] > 0.7 and shares.sum() == pytest.approx(1, abs=1e-5)


def test_a_label_that_one_item_has_and_few_items_are_enough() -> None:
    few, _ = made(5, each=1, labels=3)
    found = learn(few, rng(), Silent(), replace(SHORT, steps=20))
    assert found.probabilities.shape == (5, 3) and bool(np.isfinite(found.probabilities).all())
    assert bool(np.isfinite(found.votes).all()), "two labelled items have nobody else of their label in memory"


def test_clear_words_for_what_cannot_be_used() -> None:
    few, _ = made()
    alone = FewLabels(vectors=few.vectors, rows=few.rows, codes=np.zeros(6, np.int64), names=("only",))
    with pytest.raises(InputError, match="there is only one"):
        SIMMATCH.guess(alone, rng(), Silent())
    with pytest.raises(InputError, match="there is only one"):
        learn(alone, rng(), Silent(), SHORT)
    every = FewLabels(vectors=few.vectors[:6], rows=few.rows, codes=few.codes, names=few.names)
    with pytest.raises(InputError, match="every item has one"):
        learn(every, rng(), Silent(), SHORT)


@pytest.fixture
def broken() -> Iterator[FewLabels]:
    few, _ = made()
    vectors = few.vectors.copy()
    vectors[50:] = np.nan
    yield FewLabels(vectors=vectors, rows=few.rows, codes=few.codes, names=few.names)


def test_a_loss_that_is_no_number_ends_it(broken: FewLabels) -> None:
    with pytest.raises(ModelError, match="the loss of step 50 is no number"):
        learn(broken, rng(), Silent(), SHORT)


def test_agreement_counts_items_without_a_label() -> None:
    semantic = np.eye(2)[[0, 0, 1, 1]].astype(np.float32)
    instance = np.eye(2)[[1, 0, 1, 0]].astype(np.float32)
    counts = agreement(semantic, instance, np.array([0]))
    assert counts.tolist() == [[1, 0], [1, 1]]
    assert share_alike(counts) == pytest.approx(2 / 3)
    assert np.isnan(share_alike(np.zeros((2, 2), dtype=np.int64)))


def test_a_view_lies_on_the_way_to_a_changed_picture_and_no_two_are_alike() -> None:
    plain, _ = made()
    changed = np.stack([np.roll(plain.vectors, 1, axis=0), np.roll(plain.vectors, 2, axis=0)])
    few, rows = replace(plain, views=changed), np.zeros(200, dtype=np.int64)
    sampler = Sampler(few, rng(), SHORT)
    for number, is_strong in enumerate((False, True)):
        seen = sampler._view(rows, strong=is_strong)
        assert len(np.unique(seen.round(6), axis=0)) == len(rows), "a few views would be learned by heart"
        away = changed[number, 0] - few.vectors[0]
        shares = (seen - few.vectors[0]) @ away / (away @ away)
        assert shares.min() < 0.3 and shares.max() > 0.6, "some near the item itself, some near the changed picture"


def test_the_item_itself_without_changed_pictures_gets_noise_alone() -> None:
    few, _ = made(views=False)
    seen = Sampler(few, rng(), SHORT)._view(np.zeros(400, dtype=np.int64), strong=False)
    mean = seen.mean(axis=0)
    assert mean @ few.vectors[0] / np.linalg.norm(mean) > 0.97
