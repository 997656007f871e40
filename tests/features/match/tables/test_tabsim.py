"""TabSim: its loss, its network, its training, the head on disk and the matcher."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, roc_auc_score

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.match.method import Task
from explorer.features.match.tables.content import Content
from explorer.features.match.tables.evaluate import auc, best_threshold, f1, format_report, run_eval, seen, split_unseen
from explorer.features.match.tables.head import load_tabsim, tabsim_of
from explorer.features.match.tables.network import (
    Parts,
    build_network,
    distances_between,
    represent,
    siamese_loss,
)
from explorer.features.match.tables.tabsim import TABSIM, closeness, halves
from explorer.features.match.tables.teaching import teach, train_command
from explorer.features.match.tables.training import Lessons, TableSettings, train_tables
from explorer.features.match.tables.words import (
    CAPTION_WORDS,
    GROUPS,
    WIDTH,
    Grids,
    grids,
    press,
    raw_word_vectors,
    vocabulary,
    words_of,
)
from explorer.heads.fit import CHECKPOINT
from explorer.heads.head import Head
from tests.features.match.tables.tables_drawn import drawn_pairs, side_of, table_of

REFERENCE = json.loads((Path(__file__).parent / "siamese_loss.json").read_text())
QUICK = TableSettings(epochs=2, batch=8)


def test_the_loss_is_the_reference_value() -> None:
    distances, dissimilar = (torch.tensor(REFERENCE[name], dtype=torch.float64) for name in ("distances", "dissimilar"))
    assert float(siamese_loss(distances, dissimilar)) == pytest.approx(REFERENCE["loss"], abs=1e-12)
    assert float(siamese_loss(distances, 1 - dissimilar)) != pytest.approx(REFERENCE["loss"], abs=1e-2)


def test_a_distance_has_a_slope_where_two_are_the_same() -> None:
    row = torch.ones(1, 4, requires_grad=True)
    distances_between(row, torch.ones(1, 4)).sum().backward()  # type: ignore[no-untyped-call]
    assert row.grad is not None
    assert torch.isfinite(row.grad).all()


def some_vectors(words: int) -> Floats:
    made = np.random.default_rng(5).normal(size=(words + 1, WIDTH)).astype(np.float32)
    made[0] = 0
    return made


def one_table(rows: tuple[tuple[str, ...], ...], caption: str = "a caption") -> Content:
    return Content((caption,), (rows[0],), (rows[1:],))


ROWS = (("h1", "h2", "h3"), ("a", "b", "c"), ("d", "e", "f"), ("g", "", "i"))


def read(content: Content, parts: Parts | None = None) -> tuple[Floats, Floats, Floats]:
    words = vocabulary(one_table(ROWS))
    return represent(build_network(some_vectors(len(words)), parts=parts), grids(content, words))


def test_words_are_cut_as_keras_cuts_them() -> None:
    assert words_of("Mean (SD), 95%-CI\tn=3_4 don't") == ["mean", "sd", "95", "ci", "n", "3", "4", "don't"]
    content = one_table((("one two three four five",) * 12,) * 12, "w " * 20)
    numbered = grids(content, vocabulary(content))
    assert numbered.captions.shape == (1, CAPTION_WORDS)
    assert numbered.cells.shape == (1, 9, 9, 4)
    assert (numbered.cells > 0).all()


def test_words_that_are_not_known_are_passed_over_and_columns_come_first() -> None:
    numbered = grids(one_table(ROWS), ["a", "h1", "h2"])
    assert numbered.cells[0, 0, :3, 0].tolist() == [2, 1, 0]  # first column, from the header down
    assert numbered.cells[0, 1, 0].tolist() == [3, 0, 0, 0]
    assert grids(one_table((("z a",),)), ["a"]).cells[0, 0, 0].tolist() == [1, 0, 0, 0]


def test_attention_is_a_softmax_within_a_band() -> None:
    network = build_network(some_vectors(3))
    attention = network.get_submodule("among")
    x = torch.randn(2, GROUPS, 100, generator=torch.Generator().manual_seed(0)) / 10
    with torch.inference_mode():
        mixed, weights = attention(x)
    kernel = attention.get_parameter("weight").detach().numpy()
    rows = x[1].numpy()
    scores = rows @ kernel @ rows.T
    places = np.arange(GROUPS)
    scores[np.abs(places[:, None] - places[None, :]) > 4] = -np.inf
    expected = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    np.testing.assert_allclose(weights[1].numpy(), expected, atol=1e-5)
    np.testing.assert_allclose(mixed[1].numpy(), expected @ rows, atol=1e-5)


def test_rows_and_columns_have_their_places_unless_structure_is_left_out() -> None:
    turned = (ROWS[0], ROWS[2], ROWS[1], ROWS[3])
    table = one_table(ROWS)
    whole, bag = read(table)[0], read(table, Parts(structure=False))[0]
    assert np.abs(whole - read(one_table(turned))[0]).max() > 1e-4
    np.testing.assert_allclose(bag, read(one_table(turned), Parts(structure=False))[0], atol=1e-5)
    assert np.abs(bag - whole).max() > 1e-4


def test_a_part_that_is_left_out_does_not_count() -> None:
    other = one_table((("x", "y"),), "another one")
    table = one_table(ROWS)
    np.testing.assert_array_equal(read(table, Parts(caption=False))[0][:, :100], 0)
    same_caption = one_table((("f", "a"),))
    no_content = Parts(content=False)
    np.testing.assert_allclose(read(table, no_content)[0], read(same_caption, no_content)[0], atol=1e-6)
    assert np.abs(read(table)[0] - read(other)[0]).max() > 1e-3


def test_an_empty_table_is_read() -> None:
    rows, inner, outer = read(Content(("",), ((),), ((),)))
    assert rows.shape == (1, 200)
    assert np.isfinite(rows).all()
    np.testing.assert_array_equal(rows[:, :100], 0)
    np.testing.assert_allclose((inner.sum(-1), outer.sum(-1)[:, None].repeat(9, 1)), 1, atol=1e-5)


def test_vectors_of_words_are_pressed_into_their_main_directions(rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(300, 384)).astype(np.float32)
    pressed = press(vectors)
    found = pressed.of(vectors)
    assert found.shape == (300, WIDTH)
    assert np.linalg.norm(found, axis=1).mean() == pytest.approx(2.5, rel=1e-3)
    few = press(vectors[:3]).of(vectors[:3])
    apart = np.linalg.norm(vectors[0] - vectors[1]) / np.linalg.norm(vectors[0] - vectors[2])
    assert np.linalg.norm(few[0] - few[1]) / np.linalg.norm(few[0] - few[2]) == pytest.approx(apart, rel=1e-3)
    assert np.isfinite(press(np.zeros((1, 384), np.float32)).of(np.zeros((1, 384), np.float32))).all()


class Stop(Silent):
    """Stops after so many steps."""

    def __init__(self, after: int) -> None:
        self.after = after

    def advance(self, done: int) -> None:
        if done >= self.after:
            raise KeyboardInterrupt


def small_lessons() -> Lessons:
    pairs = drawn_pairs(24)
    words = vocabulary(pairs.tables)
    vectors = np.asarray(some_vectors(len(words)) / 5, np.float32)
    return Lessons(grids(pairs.tables, words), vectors, pairs.left, pairs.right, pairs.same)


def test_training_lowers_the_loss_and_a_stopped_run_goes_on_as_it_would_have(tmp_path: Path) -> None:
    lessons = small_lessons()
    whole = train_tables(lessons, QUICK, tmp_path / "whole", progress=Silent())
    curve = [json.loads(line) for line in (tmp_path / "whole" / "curve.jsonl").read_text().splitlines()]
    assert [one["step"] for one in curve] == [1, 2]
    assert curve[-1]["loss"] < curve[0]["loss"]
    assert whole.loss == pytest.approx(-max(one["score"] for one in curve), abs=1e-5)
    assert not (tmp_path / "whole" / CHECKPOINT).exists()
    with pytest.raises(KeyboardInterrupt):
        train_tables(lessons, QUICK, tmp_path / "stopped", progress=Stop(1))
    again = train_tables(lessons, QUICK, tmp_path / "stopped", progress=Silent())
    assert (again.epochs, again.best, again.loss) == (whole.epochs, whole.best, whole.loss)
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name


def test_pairs_of_one_kind_teach_nothing(tmp_path: Path) -> None:
    lessons = small_lessons()
    one_kind = Lessons(lessons.tables, lessons.vectors, lessons.left, lessons.right, np.ones(24, bool))
    with pytest.raises(InputError, match="one kind alone"):
        train_tables(one_kind, QUICK, tmp_path, progress=Silent())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a trained head named drawn."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(folder))
        said = train_command(drawn_pairs(24), "drawn", QUICK, Silent())
        assert "The head drawn learned from 24 pairs of 12 tables" in said
    return folder


def asked(**options: str | bool) -> Task:
    left = [table_of("people", 0), table_of("shop", 1)]
    right = [table_of("shop", 2), ("new", "Cars", ("model", "speed"), (("Beetle", "100"),)), table_of("people", 3)]
    return Task(left=side_of("left", left), right=side_of("right", right), options=options)


def test_a_trained_head_finds_tables_of_one_kind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    pairs = TABSIM.propose(asked(), Silent())
    assert len(pairs) == 6
    assert pairs.right[[0, 3]].tolist() == [2, 0]
    assert pairs.about["weights"] == "drawn"
    assert set(pairs.parts) == {"network", "network: caption", "network: cells", "caption", "header", "cells"}
    np.testing.assert_allclose(pairs.scores, pairs.parts["network"])
    mixed = TABSIM.propose(asked(score="mix", head="drawn"), Silent())
    assert ((mixed.scores > 0) & (mixed.scores < 1)).all()
    assert mixed.right[[0, 3]].tolist() == [2, 0]
    no_caption = TABSIM.propose(asked(caption=False), Silent())
    np.testing.assert_allclose(no_caption.parts["network: caption"], closeness(np.full(6, 1e-7**0.5)), rtol=1e-5)


def test_words_that_were_never_met_have_vectors(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    model = load_tabsim("drawn")
    new = Content(("Cars", "Cars"), (("model",), ("model",)), ((("Beetle",),), (("Ferrari",),)))
    rows = model.read(new)[0]
    assert np.abs(rows[0] - rows[1]).max() > 1e-6  # official, both would be empty cells


def test_reasons_show_attention_over_columns_and_the_halves(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    reasons = TABSIM.explain(asked(), 0, 2)
    attention = reasons.fields[0]
    assert attention.left == "name | age | city"
    assert [attention.left[start:end] for (start, end), _ in attention.left_spans] == ["name", "age", "city"]
    assert max(strength for _, strength in attention.left_spans) == pytest.approx(1)
    whole, caption, cells = (one.score for one in reasons.fields[1:4])
    squares = [(-np.log(one) / np.log(4)) ** 2 for one in (whole, caption, cells)]
    assert squares[0] == pytest.approx(squares[1] + squares[2], rel=1e-2, abs=1e-6)
    assert [one.name for one in reasons.fields[4:]] == ["Caption", "Header", "Cells"]
    assert reasons.notes[0].startswith("Distance 0.")


def test_similar_means_a_score_of_at_least_one_half() -> None:
    np.testing.assert_allclose(closeness(np.array([0, 0.5, 1], np.float32)), [1, 0.5, 0.25])
    first, second = np.zeros((1, 200), np.float32), np.zeros((1, 200), np.float32)
    second[0, 0], second[0, 150] = 3, 4
    assert [float(one[0]) for one in halves(first, second)] == pytest.approx([5, 3, 4])


def test_without_weights_the_matcher_says_how_to_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="explorer train tables PAIRS"):
        TABSIM.propose(asked(), Silent())
    other = Head(kind="mlp", encoder="pocket", fingerprint="", weights={})
    with pytest.raises(ModelError, match="TabSim needs one of the kind tables"):
        tabsim_of(other, "other")
    with pytest.raises(ModelError, match="Train it again"):
        tabsim_of(Head(kind="tables", encoder="", fingerprint="", weights={}, card={"words": []}), "broken")


def test_unseen_tables_are_in_no_pair_of_the_training() -> None:
    pairs = drawn_pairs(60)
    split = split_unseen(pairs, np.random.default_rng(2))
    assert len(split.learn) > 0 < len(split.test)
    assert seen(pairs, split) == {"both": 0, "one": 0, "none": len(split.test)}


def test_measures_equal_those_of_scikit_learn(rng: np.random.Generator) -> None:
    same, scores = rng.random(60) < 0.4, np.round(rng.random(60), 1).astype(np.float32)
    assert auc(scores, same) == pytest.approx(roc_auc_score(same, scores))
    threshold = best_threshold(scores, same)
    assert f1(scores >= threshold, same) == pytest.approx(max(f1_score(same, scores >= t) for t in np.unique(scores)))


def test_every_way_is_measured_on_pairs_that_were_not_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    report = run_eval(drawn_pairs(32), "last", 1, 0, Silent())
    assert report["pairs"] == 8
    assert report["learned from"] == 24
    assert report["ways"]["TF-IDF header"]["AUC"]["value"] == 1
    assert set(report["ways"]) >= {"TabSim", "TabSim and words, learned", "words, learned", "TF-IDF caption"}
    assert "TF-IDF cells" in format_report(report)
    with pytest.raises(InputError, match="expected one of last, unseen"):
        run_eval(drawn_pairs(40), "random", 2, 0, Silent())


def test_teaching_uses_the_words_of_its_own_tables_alone(tmp_path: Path) -> None:
    pairs = drawn_pairs(40)
    places = np.flatnonzero(
        [("weather" not in pairs.names[a] + pairs.names[b]) for a, b in zip(pairs.left, pairs.right, strict=True)]
    )
    taught = teach(pairs.take(places), TableSettings(epochs=1, batch=8), tmp_path, progress=Silent())
    assert "product" in taught.words
    assert "rain" not in taught.words
    assert taught.lessons.vectors.shape == (len(taught.words) + 1, WIDTH)
    assert Grids(taught.lessons.tables.captions, taught.lessons.tables.cells).cells.shape[1:] == (9, 9, 4)


def test_raw_vectors_of_words_are_means_of_their_pieces() -> None:
    from explorer.encoders.sentence import load_minilm

    model = load_minilm()
    table = model.weights["embeddings.word_embeddings.weight"].cpu().numpy()
    pieces = model.read(["unbelievability"])[0][1:-1]
    assert len(pieces) > 1
    np.testing.assert_allclose(raw_word_vectors(["unbelievability"], model)[0], table[pieces].mean(0), atol=1e-6)
    assert raw_word_vectors([], model).shape == (0, 384)
