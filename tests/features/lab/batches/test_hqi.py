"""HQI on 8,000 vectors with 200 queries of ten filters; hqi.npz holds tags, centres and exact answers of that run.

The vectors (in half precision) and the other attributes are those of ../filters/fanns.npz. Answers by row, items to be
read by an ideal partition, and the recall with the 4 nearest of 32 clusters were computed apart from this program.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Mask, Rows
from explorer.features.lab.batches.measure import shares_found
from explorer.features.lab.batches.plan import Clusters, Plan, make_plan
from explorer.features.lab.batches.scan import Answers, Batch, answer, one_by_one
from explorer.index.clusters import nearest_centre

FANNS = np.load(Path(__file__).parents[1] / "filters" / "fanns.npz")
HQI = np.load(Path(__file__).parent / "hqi.npz")
X, Q, EVERY = FANNS["X"], FANNS["Q"], np.arange(len(FANNS["X"]))
TAGGED = np.unpackbits(HQI["tagged"], axis=1, count=len(X)).astype(bool)
MASKS: dict[str, Mask] = {f"cat {number}": FANNS["cat"] == number for number in range(6)}
for name, low, high in (("early", 2000, 2005), ("late", 2010, 2012)):
    MASKS[name] = (FANNS["year"] >= low) & (FANNS["year"] <= high)
MASKS |= {"tag 3": TAGGED[0], "tag 7": TAGGED[1]}
FILTERS = list(MASKS)
NEAREST = 4


def batch(filters: list[str], passes: dict[str, Mask], queries: Rows) -> Batch:
    return Batch(
        queries=Q[queries], counts=np.full(len(queries), 10), filters=[filters[one] for one in queries], passes=passes
    )


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    return Clusters(HQI["centres"], nearest_centre(X.astype(np.float32), HQI["centres"]))


@pytest.fixture(scope="module")
def asked() -> Batch:
    """Query i has template i % 10."""
    return batch([FILTERS[number % 10] for number in range(len(Q))], MASKS, np.arange(len(Q)))


@pytest.fixture(scope="module")
def alone(asked: Batch) -> Answers:
    return one_by_one(asked, X, EVERY)


def plan(asked: Batch, clusters: Clusters | None = None, least: int = 0) -> Plan:
    each = [(name,) for name in asked.filters]
    look = NEAREST if clusters else 0
    return make_plan(each, MASKS, EVERY, queries=asked.queries, clusters=clusters, look=look, least=least)


def by_tree(asked: Batch, made: Plan) -> Answers:
    needs = made.needs({name: (name,) for name in asked.filters})
    return answer(replace(asked, needs=needs, near=made.near), X, made.laid)


def equal(found: Answers, truth: Answers) -> bool:
    same = np.array_equal(found.neighbours.similarities, truth.neighbours.similarities, equal_nan=True)
    return same and np.array_equal(found.neighbours.rows, truth.neighbours.rows)


def test_one_by_one_gives_the_exact_answers(alone: Answers) -> None:
    assert np.mean(alone.neighbours.rows[:100] == HQI["truth"]) > 0.99, "half precision swaps a few neighbours"
    assert (alone.scanned == 8000).all()


def test_the_smallest_leaves_read_what_an_ideal_partition_reads(asked: Batch, clusters: Clusters) -> None:
    assert by_tree(asked, plan(asked, least=1)).scanned.mean() == pytest.approx(914.3)
    near = by_tree(asked, plan(asked, clusters, least=1)).scanned.mean()
    assert near == pytest.approx(109.48, abs=0.2)


def test_the_usual_tree_reads_at_most_130_items_a_query(asked: Batch, clusters: Clusters, alone: Answers) -> None:
    found = by_tree(asked, plan(asked, clusters))
    assert found.scanned.mean() <= 130
    assert shares_found(found.neighbours, alone.neighbours).mean() == pytest.approx(0.9465, abs=0.002)


def test_a_tree_over_attributes_changes_no_answer_and_reads_less(asked: Batch, alone: Answers) -> None:
    found = by_tree(asked, plan(asked))
    assert equal(found, alone) and found.scanned.mean() < 1200


def test_looking_into_all_clusters_changes_no_answer(asked: Batch, clusters: Clusters, alone: Answers) -> None:
    made = plan(asked, clusters)
    everywhere = np.tile(np.arange(len(clusters.centres)), (len(asked), 1))
    assert equal(by_tree(asked, replace(made, near=everywhere)), alone)


def test_conditions_that_the_workload_did_not_have_are_answered_rightly(asked: Batch) -> None:
    """Trap: a tree that passes over leaves because of a condition that it does not know."""
    unseen = {"old": FANNS["year"] < 1995, "cat 2, late": MASKS["cat 2"] & MASKS["late"], "none": np.zeros(8000, bool)}
    wanted = batch([list(unseen)[number % 3] for number in range(30)], unseen, np.arange(30))
    made = plan(asked)
    needs = {"cat 2, late": (made.conditions.index("cat 2"),)}  # its second half stays unknown to the tree
    found = answer(replace(wanted, needs=needs), X, made.laid)
    assert equal(found, one_by_one(wanted, X, EVERY))
    assert (found.neighbours.rows[2::3] == -1).all() and (found.scanned[::3] == 8000).all()


def test_the_batch_answers_as_its_queries_alone(asked: Batch, clusters: Clusters) -> None:
    """Trap: batching that changes answers, here of approximate search as well."""
    made = plan(asked, clusters)
    together = by_tree(asked, made)
    assert made.near is not None
    for number in (0, 7, 123):
        single = batch([FILTERS[number % 10]] * (number + 1), MASKS, np.array([number]))
        near = replace(made, near=made.near[[number]])
        assert np.array_equal(by_tree(single, near).neighbours.rows[0], together.neighbours.rows[number])


def test_a_tree_made_for_another_workload_reads_more(asked: Batch) -> None:
    """Trap: a tree that is blind to the workload."""
    blind = make_plan([("cat 0",)], MASKS, EVERY)
    known = by_tree(asked, plan(asked)).scanned.mean()
    assert by_tree(asked, blind).scanned.mean() > 2 * known


def test_what_is_taken_off_decides_the_order_in_every_way(asked: Batch, clusters: Clusters) -> None:
    off = np.random.default_rng(0).uniform(0, 0.3, len(X)).astype(np.float32)
    off[:50] = np.nan  # items that cannot be found
    names = ["text" if number % 2 else "" for number in range(len(asked))]
    wanted = replace(asked, off={"text": off}, off_of=names)
    alone = one_by_one(wanted, X, EVERY)
    assert equal(by_tree(wanted, plan(asked)), alone)
    rows, sims = alone.neighbours.of(1)
    assert (rows >= 50).all() and (np.diff(sims - off[rows]) <= 0).all() and (np.diff(sims) > 0).any()
