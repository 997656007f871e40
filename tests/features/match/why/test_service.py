"""Training on a collection, and that the search of it stays as it was."""

from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.why.service import (
    found_texts,
    given_pairs,
    is_current,
    text_of,
    texts_model,
    train_why,
    why,
    why_model,
)
from explorer.features.match.why.training import Plan
from explorer.workspace.demo import create_notes_demo
from explorer.workspace.opened import Opened, open_shared


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("why-notes")
    return create_notes_demo(root, Silent(), 24).path


@pytest.fixture
def opened(notes: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(notes.parent / "home"))
    return open_shared(notes)


def files_of(folder: Path) -> dict[str, bytes]:
    """What a search reads."""
    kinds = ("embeddings", "indexes", "maps", "neighbours")
    paths = [path for kind in kinds for path in (folder / kind).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_training_leaves_the_search_as_it_was(opened: Opened) -> None:
    spec = opened.encoders[0]
    query = "seedlings over the fence"
    before, files = found_texts(opened, spec, query).tolist(), files_of(opened.path)
    assert why_model(opened) is None and len(before) == 8
    model = train_why(opened, Plan(steps=3, batch=4, alpha=0.25), Silent())
    assert model.about["said"] < 0.5 * model.about["copied"] and not model.speaks  # three steps teach no decoder to say
    assert model.about["texts"] == 24 and is_current(opened, model)
    assert files_of(opened.path) == files
    after = open_shared(opened.path)
    assert found_texts(after, spec, query).tolist() == before
    found, scores = why(model, query, text_of(opened, str(opened.dataset.ids[before[0]])))
    assert len(scores["mean"]) == len(scores["cosine"]) == len(found.sentences) > 1
    assert not found.said and found.snippet
    assert why_model(after) is not None
    assert texts_model(after, spec) == spec


def test_given_queries_name_texts_by_id(opened: Opened, tmp_path: Path) -> None:
    table = tmp_path / "asked.csv"
    table.write_text("question,id\nwhat ate them?,note-0002\nnobody knows,ghost\n,note-0001\n", encoding="utf-8")
    assert given_pairs(opened, table) == [("what ate them?", 2)]
    table.write_text("question,id\nx,ghost\n", encoding="utf-8")
    with pytest.raises(InputError, match="note-0000"):
        given_pairs(opened, table)
    table.write_text("a,b\nx,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="column of queries"):
        given_pairs(opened, table)


def test_what_cannot_be_asked_is_said(opened: Opened) -> None:
    with pytest.raises(InputError, match="query with words"):
        found_texts(opened, opened.encoders[0], " ? ")
    with pytest.raises(InputError, match="no item with the id"):
        text_of(opened, "ghost")
