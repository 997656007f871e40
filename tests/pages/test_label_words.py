"""Label, tab "By words": labels by keywords on texts, a keyword more, and models that cannot."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.progress import Silent
from explorer.workspace.embedding import embed
from explorer.workspace.folder import create_workspace
from tests.pages.visits import COLOURS, make_discs, opened, texts, visit

SPEC = "sentence:all-MiniLM-L6-v2"
SENTENCES = {
    "sport": (
        "The team won the match",
        "A late goal decided the game",
        "The coach praised his players",
        "She ran a race",
    ),
    "money": (
        "The bank raised its rates",
        "Shares fell on the market",
        "The firm sold its stocks",
        "Taxes and prices rose",
    ),
    "food": ("The soup was hot", "He baked fresh bread", "Apples and pears in a bowl", "A recipe for fish stew"),
}
WORDS = "sport: football\nmoney: finance\nfood: <b>meal</b>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("words")
    pairs = [(name, text) for name, some in SENTENCES.items() for text in some]
    rows = [
        {ID: f"t{i}", PATH: "", TEXT: text, HASH: f"{i:032x}", "topic": name} for i, (name, text) in enumerate(pairs)
    ]
    table = Dataset(pa.Table.from_pylist(rows))
    ws = create_workspace(root / "workspaces" / "notes", "notes", table, image_root=None, source="", kind="table")
    embed(ws, SPEC, progress=Silent())
    (root / "files").mkdir()
    make_discs(root / "workspaces" / "discs", root / "files", 12, lambda _: 8, lambda i: {"colour": COLOURS[i % 4]})
    return root


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield


def test_values_of_a_column_begin_and_keywords_label() -> None:
    with visit("10_Label", "notes") as test:
        assert "Write at least two labels" in texts(opened(test, tab="words"))
        test.button(key="label.words.begin.topic").click().run()
        assert test.query_params["words"] == "sport: sport\nmoney: money\nfood: food"
        assert test.dataframe[0].value["label"].tolist() == ["sport", "money", "food"]
        scores = test.dataframe[1].value
        assert scores["method"].tolist()[-1] == "Lbl2TransformerVec" and len(scores) == 4
        assert float(scores["macro F1"].tolist()[-1][:5]) > 0.7


def test_a_keyword_more_is_seen_at_once() -> None:
    with visit("10_Label", "notes") as test:
        said = texts(opened(test, tab="words", words=WORDS, least="1", near="0.5"))
        assert "No text holds football, finance, <b>meal</b>" in said, "as it is written, and no formatting"
        test.selectbox(key="label.words.to").set_value("food")
        test.text_input(key="label.words.keyword").set_value("bread, soup")
        next(one for one in test.button if one.label == "Add").click().run()
        said = texts(test)
        assert "“bread, soup” counts for food now: " in said and "of 12 items have another label" in said
        assert test.query_params["words"] == f"{WORDS}, bread, soup"
        assert "0.5" in said and "Struck through" in said


def test_what_cannot_be_used_is_said() -> None:
    with visit("10_Label", "notes") as test:
        assert "at least two labels" in texts(opened(test, tab="words", words="sport: ball"))
    with visit("10_Label", "discs") as test:
        said = texts(opened(test, tab="words", words=WORDS))
        assert "histogram cannot label by words: it reads no words" in said
