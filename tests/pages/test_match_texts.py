"""Match: near copies of a collection and of a file, and revisions pasted or of a table."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.match.links_sources import keep_file
from tests.pages.visits import make_discs, opened, texts, visit

PAGE = "12_Match"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty discs of ten sizes, each size three times, half of them of each year, some solved."""
    root = tmp_path_factory.mktemp("match-texts")
    (root / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"size": f"size {number % 10}", "year": 2020 + number % 2, "solved": "yes" if number % 3 else "no"}

    make_discs(root / "workspaces" / "discs", root / "files", 30, lambda number: 8 + number % 10, columns)
    return root


@pytest.fixture(autouse=True)
def _home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))


@pytest.fixture
def page() -> Iterator[AppTest]:
    with visit(PAGE, "discs") as test:
        yield test


def test_near_copies_of_a_collection_are_grouped_and_measured(page: AppTest) -> None:
    test = opened(page, tab="copies", same="size", solved="solved", cosine="0.97")
    said = texts(test)
    assert "30 things, 30 with a vector" in said
    assert "NDCG@10 of the search by cosine" in said
    table = test.dataframe[0].value
    assert list(table.iloc[:, 0])[:3] == ["Raw pairs", "Components", "Louvain"]
    assert {"precision", "recall", "F1"} <= set(table.columns)
    assert "Wilson" in said


def test_a_file_of_questions_is_compared_and_asked(page: AppTest) -> None:
    rows = ["question,topic", "How do I reset my password?,a", "How can I reset my password,a", "Where is my parcel?,b"]
    kept = keep_file("questions.csv", "\n".join(rows).encode())
    test = opened(page, tab="copies", copies_source=f"file:{kept}", copies_asked="reset the password", cosine="0.9")
    similar = test.dataframe[-1].value
    assert list(similar["text"])[:2] != ["Where is my parcel?"]
    assert set(similar["text"][:2]) == {"How do I reset my password?", "How can I reset my password"}
    assert "3 things, 3 with a vector" in texts(test)


def test_what_was_solved_must_be_yes_or_no(page: AppTest) -> None:
    test = opened(page, tab="copies", solved="size")
    assert "expected yes, no, passed, failed" in texts(test)


def test_revisions_show_scores_and_panes_of_the_row_that_is_open(page: AppTest) -> None:
    rows = [
        {"original": "a b c", "reference": "a x c", "candidate": "a x c"},
        {"original": "a b c", "reference": "a x c", "candidate": "a b c"},
    ]
    kept = keep_file("r.jsonl", "\n".join(map(json.dumps, rows)).encode())
    test = opened(page, tab="revisions", revisions_file=kept, row="2")
    values = {one.label: one.value for one in test.metric}
    assert values["Excision Score (reconstruction)"] == "0.000"
    assert "Candidate is equal to the original" in texts(test)
    assert list(test.dataframe[0].value["Excision Score (reconstruction)"]) == [1, 0]
    again = opened(test, row="1")
    assert {one.label: one.value for one in again.metric}["Excision Score (reconstruction)"] == "1.000"


def test_text_of_revisions_stays_text(page: AppTest) -> None:
    row = {"original": "see [x](http://y) :red[z]", "reference": "see <b>x</b>", "candidate": ""}
    kept = keep_file("r.jsonl", json.dumps(row).encode())
    test = opened(page, tab="revisions", revisions_file=kept)
    raw = "\n".join(str(one.value) for one in test.markdown)
    assert "[x](http" not in raw
    assert "<b>" not in raw
    assert "Candidate is empty" in texts(test)


def test_a_table_without_three_columns_is_told(page: AppTest) -> None:
    kept = keep_file("two.csv", b"a,b\n1,2\n")
    test = opened(page, tab="revisions", revisions_file=kept)
    assert "Expected three columns" in texts(test)
