"""The losses against recorded numbers of the authors' programs and pytorch-metric-learning; the traps of the cards."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, normalize

from explorer.base.errors import InputError
from explorer.features.tune.contract import LOSSES, METHODS, Batch
from explorer.features.tune.losses.arcface import arcface
from explorer.features.tune.losses.group_infonce import group_choice, group_info_nce, group_spread
from explorer.features.tune.losses.infonce import info_nce
from explorer.features.tune.losses.mnr import mnr, mnr_plus
from explorer.features.tune.losses.triplet import triplet

RECORDED = json.loads((Path(__file__).parent / "references" / "losses.json").read_text("utf-8"))
QUERIES = normalize(torch.tensor(RECORDED["queries"]), dim=1)
ITEMS = normalize(torch.tensor(RECORDED["items"]).reshape(6, 4, 10), dim=2)
FIRST, SECOND = (torch.tensor(RECORDED[side], dtype=torch.float64) for side in ("first", "second"))


def rows(count: int, dim: int = 6, seed: int = 0) -> torch.Tensor:
    return normalize(torch.from_numpy(np.random.default_rng(seed).normal(size=(count, dim))), dim=1)


def batch(count: int = 12, groups: int = 4, seed: int = 0) -> Batch:
    codes = torch.arange(count) % groups
    pairs = torch.tensor([[one, one + groups] for one in range(groups)])
    triples = torch.tensor([[one, one + groups, (one + 1) % groups] for one in range(groups)])
    return Batch(rows=rows(count, seed=seed), codes=codes, pairs=pairs, triples=triples, centres=rows(groups, seed=7))


@pytest.mark.parametrize(("temperature", "whole"), [(0.07, 1.576817), (0.5, 1.241487)])
def test_group_info_nce_is_that_of_the_authors(temperature: float, whole: float) -> None:
    assert float(group_info_nce(QUERIES, ITEMS, temperature)) == pytest.approx(whole, abs=1e-4)


def test_both_parts_of_group_info_nce_and_its_case_of_one_item_are_the_recorded_ones() -> None:
    assert float(group_choice(QUERIES, ITEMS)) == pytest.approx(0.0777636, abs=1e-4)
    assert float(group_spread(QUERIES, ITEMS)) == pytest.approx(1.4990679, abs=1e-4)
    assert float(group_choice(QUERIES, ITEMS[:, :1])) == pytest.approx(0.0950863, abs=1e-4)


def test_group_info_nce_is_no_mean_of_exponentials_has_other_queries_and_an_unbiased_variance() -> None:
    cosines = torch.einsum("qd,gnd->qgn", QUERIES, ITEMS) / 0.07
    own = torch.arange(6)
    without_queries = cross_entropy(cosines.mean(2), own)
    exponentials = cross_entropy(torch.logsumexp(cosines, 2), own)
    found = group_choice(QUERIES, ITEMS)
    assert float(found) > float(without_queries) + 0.01 and abs(float(found - exponentials)) > 0.01
    biased = (QUERIES[:, None] * ITEMS).sum(2).var(dim=1, unbiased=False).mean() / 0.07**2
    assert float(group_spread(QUERIES, ITEMS)) == pytest.approx(float(biased) * 4 / 3, rel=1e-5)
    with pytest.raises(InputError, match="groups of two items or more beside their query, got 1"):
        group_info_nce(QUERIES, ITEMS[:, :1])


@pytest.mark.parametrize(
    ("unit", "scale", "plain", "plus"),
    [
        (False, 1.0, 0.7275373150, 0.5959123930),
        (True, 1.0, 0.9221361048, 0.9220078793),
        (True, 20.0, 2.0511101765, None),
    ],
)
def test_mnr_and_mnr_plus_are_those_of_the_authors(unit: bool, scale: float, plain: float, plus: float | None) -> None:
    first, second = (normalize(one, dim=1) if unit else one for one in (FIRST, SECOND))
    assert float(mnr(first, second, scale)) == pytest.approx(plain, abs=1e-6)
    if plus is not None:
        assert float(mnr_plus(first, second, scale)) == pytest.approx(plus, abs=1e-6)


def test_a_pair_that_is_there_again_is_a_wrong_answer_for_mnr_and_none_for_mnr_plus() -> None:
    """The target alone would change nothing: copies have the same logits, and both stand in the sum."""
    first, second = rows(3, seed=1), rows(3, seed=2)
    again = [0, 0, 1, 2]
    logits = 20 * first @ second.T
    once = [cross_entropy(one, torch.arange(3), reduction="none") for one in (logits, logits.T)]
    found = mnr_plus(first[again], second[again])
    copied = 20 * first[again] @ second[again].T
    for target in (torch.arange(4), torch.tensor([0, 0, 2, 3])):
        assert float(cross_entropy(copied, target)) == pytest.approx(float(mnr(first[again], second[again])), abs=1e-9)
    assert float(mnr(first[again], second[again])) > float(once[0][again].mean()) + 0.01
    # of a row that is not copied, both copies of the other pair are wrong answers still
    sums = [torch.logsumexp(one[:, again], 1) - one.diagonal() for one in (logits, logits.T)]
    wanted = sum(float(2 * one[0] + of[1] + of[2]) for one, of in zip(once, sums, strict=True)) / 8
    assert float(found) == pytest.approx(wanted, abs=1e-9)


def test_info_nce_leaves_out_pairs_of_the_same_group() -> None:
    first, second = rows(4, seed=1), rows(4, seed=2)
    codes = torch.tensor([0, 0, 1, 2])
    masked, plain = info_nce(first, second, codes), info_nce(first, second)
    assert float(masked) < float(plain)
    by_hand = []
    for queries, items in ((first, second), (second, first)):
        for row in range(4):
            wrong = [other for other in range(4) if other == row or codes[other] != codes[row]]
            logits = (queries[row] @ items[wrong].T) / 0.07
            by_hand.append(float(torch.logsumexp(logits, 0) - logits[wrong.index(row)]))
    assert float(masked) == pytest.approx(np.mean(by_hand), abs=1e-9)


def test_info_nce_of_two_views_is_the_librarys_both_ways() -> None:
    from pytorch_metric_learning.losses import NTXentLoss

    first, second = rows(5, seed=1), rows(5, seed=2)
    loss = NTXentLoss(temperature=0.07)
    own = torch.arange(5)
    ways = [loss(a, own, ref_emb=b, ref_labels=own.clone()) for a, b in ((first, second), (second, first))]
    assert float(info_nce(first, second)) == pytest.approx(float(sum(ways) / 2), abs=1e-6)


@pytest.mark.parametrize("margin", [0.0, 0.3, 0.5])
def test_arcface_is_the_librarys_with_the_margin_in_degrees(margin: float) -> None:
    from pytorch_metric_learning.losses import ArcFaceLoss

    x, centres, codes = rows(9).float(), rows(4, seed=3).float(), torch.arange(9) % 4
    loss = ArcFaceLoss(num_classes=4, embedding_size=6, margin=math.degrees(margin), scale=30)
    with torch.no_grad():
        loss.W.copy_(centres.T)
    assert float(arcface(x, codes, centres, margin, 30)) == pytest.approx(float(loss(x, codes).detach()), abs=1e-3)


def test_arcface_goes_on_rising_where_the_angle_and_the_margin_go_beyond_a_half_turn() -> None:
    centre = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    angles = torch.tensor([2.0, 2.5, 2.6, 2.7, 3.0, 3.14])
    x = torch.stack([torch.cos(angles), torch.sin(angles), torch.zeros(6)], dim=1)
    found = [float(arcface(one[None], torch.tensor([0]), centre)) for one in x]
    assert found == sorted(found) and np.isfinite(found).all()


def test_arcface_has_finite_slopes_at_its_own_direction() -> None:
    x = torch.tensor([[1.0, 0.0]], requires_grad=True)
    arcface(x, torch.tensor([0]), torch.eye(2)).backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None and bool(torch.isfinite(x.grad).all())


def test_triplet_is_the_librarys_on_cosines() -> None:
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.losses import TripletMarginLoss

    x = rows(12, seed=4)
    codes = torch.arange(12) % 3
    triples = torch.tensor(
        [[a, p, n] for a in range(12) for p in range(12) for n in range(12) if a != p and a % 3 == p % 3 != n % 3]
    )
    anchors, alike, unlike = (x[triples[:, side]] for side in range(3))
    found = triplet(anchors, alike, unlike, margin=0.3)
    wanted = TripletMarginLoss(margin=0.3, distance=CosineSimilarity())(x, codes)
    assert float(found) == pytest.approx(float(wanted), abs=1e-9)
    assert float(triplet(x[:1], x[:1], -x[:1])) == 0.0


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_a_number_that_falls_along_its_slope(name: str) -> None:
    loss, made = LOSSES[name], batch()
    free = made.rows.clone().requires_grad_(True)

    def value(x: torch.Tensor) -> torch.Tensor:
        unit = normalize(x, dim=1)
        return loss.value(
            Batch(rows=unit, codes=made.codes, pairs=made.pairs, triples=made.triples, centres=made.centres)
        )

    before = value(free)
    before.backward()  # type: ignore[no-untyped-call]
    assert before.shape == () and free.grad is not None and bool(torch.isfinite(free.grad).all())
    after = value(free.detach() - 1e-3 * free.grad)
    assert float(after.detach()) < float(before.detach())


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_refuses_rows_of_another_length(name: str) -> None:
    made = batch()
    longer = Batch(rows=2 * made.rows, codes=made.codes, pairs=made.pairs, triples=made.triples, centres=made.centres)
    with pytest.raises(InputError, match="expected rows of length 1"):
        LOSSES[name].value(longer)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_says_what_it_lacks(name: str) -> None:
    none = torch.empty((0, 3), dtype=torch.int64)
    lone = Batch(rows=rows(4), codes=torch.arange(4), pairs=none[:, :2], triples=none)
    if name == "ms":  # nothing is alike, so that there is nothing to learn and no slope
        assert float(LOSSES[name].value(lone)) == 0.0
        return
    with pytest.raises(InputError, match="expected"):
        LOSSES[name].value(lone)


def test_cards_are_complete_and_name_a_baseline_that_is_there() -> None:
    for name, card in METHODS.items():
        assert card.name == name and card.label and card.formula
        assert card.baseline in METHODS or name == "untuned"
