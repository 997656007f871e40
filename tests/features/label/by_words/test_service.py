"""Labels by words on a workspace of texts: answers, what changes, long texts, scores, a column."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score
from typer.testing import CliRunner

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.features.label.accepting import accepted
from explorer.features.label.by_words.accepting import accept_words
from explorer.features.label.by_words.define import WordSettings
from explorer.features.label.by_words.evaluate import compare_word_methods, macro_f1
from explorer.features.label.by_words.service import (
    changed,
    confusion,
    label_by_words,
    truth_of,
    unheld,
    usual_settings,
)
from explorer.features.label.by_words.whole import pieces, read_whole, whole_texts, whole_vectors
from explorer.features.label.by_words.wording import read_labels
from explorer.workspace.embedding import embed
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared

SPEC = "sentence:all-MiniLM-L6-v2"
LONG = "The match went on and on. " * 80 + "Then the bank raised its rates. " * 80
ITEMS = (
    ("sport", "The team won the match"),
    ("sport", "A late goal decided the game"),
    ("sport", "The coach praised his players"),
    ("money", "The bank raised its rates"),
    ("money", "Shares fell on the market"),
    ("Money", "Taxes and prices rose"),
    ("other", LONG),
)
LABELS = read_labels("sport: football | News of a match\nmoney: finance, bank | News of banks and markets")
NEAR = WordSettings(similarity=0.2, least=1, clean=True)


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    rows = [
        {ID: f"t{i}", PATH: "", TEXT: text, HASH: f"{i:032x}", "topic": topic} for i, (topic, text) in enumerate(ITEMS)
    ]
    folder = tmp_path_factory.mktemp("words") / "notes"
    table = Dataset(pa.Table.from_pylist(rows))
    ws = create_workspace(folder, "notes", table, image_root=None, source="", kind="table")
    embed(ws, SPEC, progress=Silent())
    return open_shared(ws.path)


def test_items_get_the_label_that_words_say(notes: Opened) -> None:
    answer = label_by_words(notes, SPEC, LABELS, "lbl2vec", NEAR)
    assert [answer.names[code] for code in answer.codes[:6]] == ["sport"] * 3 + ["money"] * 3
    assert answer.shares.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert set(answer.defined[1].rows.tolist()) <= set(range(7)) and answer.defined[1].rows[0] in (3, 4)
    more = label_by_words(notes, SPEC, read_labels("sport: bank\nmoney: football"), "keywords", NEAR)
    assert changed(answer, answer) == 0 and changed(answer, more) >= 5


def test_beside_a_column(notes: Opened) -> None:
    answer = label_by_words(notes, SPEC, LABELS, "keywords", NEAR)
    truth = truth_of(notes, answer, "topic")
    assert truth.codes.tolist() == [0, 0, 0, 1, 1, 1, -1], "whatever the case; other values count for nothing"
    assert confusion(answer, truth).sum() == 6
    scores = compare_word_methods(notes, SPEC, LABELS, NEAR, "topic")
    assert [one.method for one in scores] == ["keywords", "description", "top-1", "top-100", "lbl2vec"]
    assert all(one.macro_f1.low <= one.macro_f1.value <= one.macro_f1.high for one in scores)
    assert scores[0].accuracy.value == (truth.codes == answer.codes)[:6].mean()
    with pytest.raises(InputError, match="None of the labels plant, animal is a value of the column topic"):
        compare_word_methods(notes, SPEC, read_labels("plant\nanimal"), NEAR, "topic")
    with pytest.raises(InputError, match="one of the columns topic"):
        truth_of(notes, answer, "colour")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_macro_f1_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    right, said = (np.array(column) for column in zip(*pairs, strict=True))
    expected = f1_score(right, said, average="macro", labels=np.unique(right), zero_division=0)
    assert macro_f1(right, said) == pytest.approx(expected)


def test_keywords_that_no_text_holds(notes: Opened) -> None:
    assert unheld(notes, read_labels("sport: MATCH, zebra\nmoney: bank")) == ["zebra"]


def test_long_texts_are_read_to_their_end(notes: Opened) -> None:
    before = label_by_words(notes, SPEC, LABELS, "keywords", NEAR).cosines.copy()
    assert whole_texts(notes, SPEC) is None
    assert read_whole(notes, SPEC) == "1 long text read to the end."
    found = whole_texts(notes, SPEC)
    assert found is not None and found[0].tolist() == [6]
    after = label_by_words(notes, SPEC, LABELS, "keywords", NEAR).cosines
    assert after[6, 1] > before[6, 1] + 0.05, "the bank stands at the end"
    assert (after[:6] == before[:6]).all()
    encoder = notes.encoder(SPEC)
    halves = encoder.encode_texts(pieces(LONG, 128)).mean(axis=0)
    np.testing.assert_allclose(whole_vectors(encoder, [LONG])[0], halves / np.linalg.norm(halves), atol=1e-5)
    assert pieces("a b c d e", 2) == ["a b", "c d", "e"] and pieces("", 2) == [""]


def test_sure_ones_become_a_column(notes: Opened) -> None:
    answer = label_by_words(notes, SPEC, LABELS, "lbl2vec", NEAR)
    with pytest.raises(InputError, match="No item’s label is as clear as 1: the clearest has"):
        accept_words(notes, answer, SPEC, 1.0, "by words")
    assert "by words: " in accept_words(notes, answer, SPEC, 0.6, "by words")
    assert [column.name for column in accepted(notes)] == ["by words"]


def test_what_cannot_be_used(notes: Opened) -> None:
    with pytest.raises(InputError, match="method: expected one of"):
        label_by_words(notes, SPEC, LABELS, "magic", NEAR)
    with pytest.raises(InputError, match="A label has no description"):
        label_by_words(notes, SPEC, read_labels("sport\nmoney"), "description", NEAR)
    with pytest.raises(ModelError, match="histogram cannot label by words: it reads no words"):
        label_by_words(notes, "histogram", LABELS, "keywords", NEAR)


def test_usual_settings_of_few_and_many() -> None:
    assert usual_settings(10_000, 4).least == 100
    assert usual_settings(40, 4).least == 5
    assert usual_settings(3, 9).least == 1


def test_commands(notes: Opened, tmp_path: Path) -> None:
    labels = [word for one in ("sport: football", "money: finance, bank") for word in ("--label", one)]
    told = CliRunner().invoke(app, ["label", "words", str(notes.path), "--model", SPEC, *labels])
    assert told.exit_code == 0 and "  sport (defined by " in told.output and "No text holds 'football'" in told.output
    file = tmp_path / "labels.txt"
    file.write_text("sport: football\nmoney: bank\n", encoding="utf-8")
    args = ["eval", "label-words", str(notes.path), "--truth", "topic", "--file", str(file), "--model", SPEC]
    told = CliRunner().invoke(app, args)
    assert told.exit_code == 0 and "lbl2vec" in told.output and "macro F1" in told.output
    neither = CliRunner().invoke(app, ["label", "words", str(notes.path)])
    assert isinstance(neither.exception, InputError) and "Give each label with --label" in str(neither.exception)
