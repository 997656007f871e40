"""Cut-offs: the reference run, what every map promises, splits and thresholds, sources, the command.

cosine_adapter.npz: 200 made queries with 60 cosines each, whose difficulty depends on the query, learned from the first
hundred and tested on the others; the expected numbers are a computation apart from this program, not the authors'.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.features.cutoff.contract import ADAPTERS, METHODS
from explorer.features.cutoff.cut import level
from explorer.features.cutoff.judged import Judged, check_enough, split_queries
from explorer.features.cutoff.learn import Adapter, LearnSettings, _Pairs, learn
from explorer.features.cutoff.measures import kept_recall, pr_auc, precision_at_recall, threshold_at_recall
from explorer.features.cutoff.method import OUTPUTS, Scale, logits
from explorer.features.cutoff.service import Wish, cutoffs, measured, train
from explorer.features.cutoff.sources import by_captions, by_column, by_opinions, label_columns, read_opinions
from explorer.heads.fit import FitSettings
from explorer.workspace.opened import Opened, open_shared
from tests.features.lab.conftest import some_items
from tests.pages.visits import make_discs

DATA = np.load(Path(__file__).parent / "cosine_adapter.npz")
MADE = Judged(
    queries=DATA["query_embeddings"], cosines=DATA["cos"], relevant=DATA["relevant"], kind="item", source="a made world"
)
FIRST, OTHERS = np.arange(100), np.arange(100, 200)
SHORT = LearnSettings(fit=FitSettings(steps=60, rate=1e-2, weight_decay=0.5, every=20))
SPEC = "histogram"


def flat(judged: Judged, adapter: Adapter | None = None) -> tuple[np.ndarray, np.ndarray]:
    scores = judged.cosines.astype(float) if adapter is None else adapter.scores(judged.queries, judged.cosines)
    return scores[judged.known], judged.relevant[judged.known]


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Adapter:
    folder = tmp_path_factory.mktemp("control")
    return learn(METHODS["control"], MADE, FIRST, FIRST, folder=folder, settings=SHORT, progress=Silent())


def test_the_cosine_itself_is_as_good_as_there() -> None:
    scores, relevant = flat(MADE.of(OTHERS))
    assert pr_auc(scores, relevant) == pytest.approx(0.239215566, abs=1e-8)
    assert precision_at_recall(0.95)(scores, relevant) == pytest.approx(0.084804833, abs=1e-8)


def test_a_linear_map_by_query_reaches_the_reference(tmp_path: Path) -> None:
    settings = LearnSettings(fit=FitSettings(steps=600, rate=1e-2, weight_decay=0.5, every=100))
    made = learn(METHODS["linear"], MADE, FIRST, FIRST, folder=tmp_path, settings=settings, progress=Silent())
    scores, relevant = flat(MADE.of(OTHERS), made)
    assert pr_auc(scores, relevant) == pytest.approx(0.68746, abs=0.02)
    assert precision_at_recall(0.95)(scores, relevant) == pytest.approx(0.20774, abs=0.02)


def test_one_map_for_all_queries_cannot_change_pr_auc(control: Adapter) -> None:
    """Trap: a map that does not see the query is only another scale."""
    given = control.given(MADE.queries)
    assert (given == given[0]).all() and np.abs(given[0]).max() > 0.1, "it has learned something"
    scores, relevant = flat(MADE.of(OTHERS), control)
    plain, _ = flat(MADE.of(OTHERS))
    assert pr_auc(scores, relevant) == pr_auc(plain, relevant)
    assert np.array_equal(np.argsort(scores, kind="stable"), np.argsort(plain, kind="stable"))


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.learned])
@pytest.mark.parametrize("size", [0.1, 3.0, 50.0, 1e4])
def test_the_map_rises_for_every_value_of_its_parameters(name: str, size: float) -> None:
    """Trap: a map that reorders the items of a query."""
    generator = np.random.default_rng(1)
    given = generator.normal(size=(200, OUTPUTS)) * size
    cosines = np.tile(np.linspace(-1, 1, 41, dtype=np.float32), (200, 1))
    for scale in (Scale(0.5, 0.2), Scale(0.97, 0.001), Scale(0.05, 0.01)):
        z = logits(cosines, given, scale, METHODS[name].exponent)
        assert np.isfinite(z).all() and (np.diff(z, axis=1) >= 0).all()
        if size <= 3:
            assert (np.diff(z[:, 20:], axis=1) > 0).all()


@pytest.mark.parametrize("name", [*ADAPTERS, "control"])
def test_the_map_that_is_learned_is_the_map_that_is_used(name: str) -> None:
    """The loss of the tensors is the cross-entropy of the arrays' scores."""
    import torch

    from explorer.features.cutoff.learn import LAYERS, _network

    torch.manual_seed(3)
    network, scale, method = _network(16, 8), Scale(0.68, 0.05), METHODS[name]
    with torch.no_grad():
        network.get_submodule("out").weight.normal_(0, 0.5)  # type: ignore[operator]
    part = MADE.of(np.arange(20))
    loss = float(_Pairs(part, method, scale).loss(network, torch.arange(20)).detach())
    weights = {key: network.state_dict()[key].numpy() for key in LAYERS}
    z, relevant = flat(part, Adapter(method=method, weights=weights, scale=scale))
    assert loss == pytest.approx(float((np.logaddexp(0, z) - relevant * z).mean()), rel=1e-4)


@pytest.mark.parametrize("exponent", [1.0, 0.5, 2.0, None])
def test_the_level_is_where_the_map_meets_the_threshold(exponent: float | None) -> None:
    given, scale = np.array([[0.4, -0.3, 0.7]]), Scale(0.7, 0.1)
    for cosine in (-0.4, 0.2, 0.9):
        z = logits(np.array([[cosine]], dtype=np.float32), given, scale, exponent)[0, 0]
        assert level(given, scale, exponent, float(z)) == pytest.approx(cosine, abs=1e-6)
    assert level(given, scale, exponent, -1e6) == -1


def test_splits_are_by_query_and_every_part_can_be_measured() -> None:
    """Trap: pairs of one query on both sides."""
    answered = MADE.answered
    split = split_queries(answered, np.random.default_rng(0))
    parts = (split.learn, split.validate, split.test)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(200))
    assert [len(part) for part in parts] == [100, 50, 50]
    assert [int(answered[part].sum()) for part in parts] == [64, 32, 32]


def test_the_threshold_knows_nothing_of_the_test_queries(control: Adapter) -> None:
    """Trap: a threshold tuned on what tests it."""
    split = split_queries(MADE.answered, np.random.default_rng(0))
    thresholds, numbers = measured(MADE, split, {"control": control}, 0.9)
    turned = MADE.relevant.copy()
    turned[split.test] = ~turned[split.test]
    again, others = measured(replace(MADE, relevant=turned), split, {"control": control}, 0.9)
    assert thresholds == again and numbers != others
    held, relevant = flat(MADE.of(split.validate))
    assert 0.9 <= kept_recall(thresholds["cosine"])(held, relevant) < 0.92
    assert numbers["cosine"]["pr_auc"] == numbers["control"]["pr_auc"]
    assert (
        numbers["cosine"]["pr_auc"]["low"] < numbers["cosine"]["pr_auc"]["value"] < numbers["cosine"]["pr_auc"]["high"]
    )


def test_measures_on_a_few_pairs_by_hand() -> None:
    scores, relevant = np.array([0.9, 0.8, 0.8, 0.1]), np.array([True, False, True, False])
    assert pr_auc(scores, relevant) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3), "equal scores fall together"
    assert precision_at_recall(0.5)(scores, relevant) == 1 and precision_at_recall(0.95)(scores, relevant) == 2 / 3
    assert threshold_at_recall(scores, relevant, 0.5) == 0.9 and threshold_at_recall(scores, relevant, 0.51) == 0.8
    assert np.isnan(pr_auc(scores, np.zeros(4, dtype=bool)))


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return some_items(tmp_path_factory.mktemp("cutoff"), 120)


def test_a_column_says_what_is_relevant_and_no_item_stands_beside_itself(shapes: Opened) -> None:
    judged = by_column(shapes, SPEC, "label")
    assert len(judged) == 120 and judged.cosines.shape == (120, 119) and judged.known.all()
    assert (judged.relevant.sum(axis=1) == 29).all() and label_columns(shapes) == ("label", "year")


def test_one_learned_here_is_kept_and_found_again(
    shapes: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = train(shapes, SPEC, by_column(shapes, SPEC, "year"), Wish(method="root", recall=0.8, settings=SHORT))
    (kept,) = cutoffs(shapes, SPEC)
    query, similarities = shapes.embeddings(SPEC).vectors[0].astype(np.float32), np.linspace(0, 1, 50, dtype=np.float32)
    assert np.array_equal(kept.keeps(query, similarities), made.keeps(query, similarities))
    curve = kept.curve(query, 0, 1)
    assert np.array_equal(curve.cosines >= curve.level, kept.keeps(query, curve.cosines))
    assert (np.diff(curve.relevance) >= 0).all() and 0 < curve.threshold < 1
    assert set(kept.card["numbers"]) == {"cosine", "control", "root"} and kept.card["queries"]["tested"] == 30


def test_judgments_of_people_count_by_majority(shapes: Opened, tmp_path: Path) -> None:
    ids, path = [str(one) for one in shapes.dataset.ids], tmp_path / "said.csv"
    rows = [
        f"{ids[0]},{ids[4]},1",
        f"{ids[0]},{ids[4]},0",
        f"{ids[0]},{ids[4]},1",
        f"{ids[0]},{ids[5]},no",
        f"{ids[1]},gone,1",
    ]
    path.write_text("query,item,relevant\n" + "\n".join(rows), encoding="utf-8")
    judged = by_opinions(shapes, SPEC, read_opinions(path), path.name)
    assert judged.relevant.tolist() == [[True, False]] and judged.kind == "item"
    with pytest.raises(InputError, match="expected at least 40 queries with a relevant item, got 1"):
        check_enough(judged)
    path.write_text(f"query,item,relevant\n{ids[0]},{ids[1]},1\n{ids[0]},{ids[1]},maybe\n", encoding="utf-8")
    with pytest.raises(InputError, match="said.csv: Line 3: relevant: expected 1 or 0, got 'maybe'"):
        read_opinions(path)


def test_what_cannot_be_learned_from_is_refused(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    made = make_discs(
        tmp_path / "discs",
        tmp_path / "files",
        24,
        lambda number: 4 + number,
        lambda number: {"same": "a", "own": f"n{number}"},
    )
    opened = open_shared(made.path)
    for column, said in (("same", "has one value"), ("own", "all different"), ("gone", "There is no column 'gone'")):
        with pytest.raises(InputError, match=said):
            by_column(opened, SPEC, column)
    with pytest.raises(InputError, match="no pictures with captions"):
        by_captions(opened, SPEC)
    with pytest.raises(InputError, match="Name one source"):
        CliRunner().invoke(app, ["cutoff", "train", str(made.path)], catch_exceptions=False)
    with pytest.raises(InputError, match="every item is relevant"):
        check_enough(replace(MADE, relevant=np.ones_like(MADE.relevant)))
    with pytest.raises(InputError, match="Recall: expected 0.5 to 0.999"):
        Wish(recall=1.5)
