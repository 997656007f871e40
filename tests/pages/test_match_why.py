"""The tab Why of the page Match: training is asked for, then the sentences of a found text are shaded."""

from pathlib import Path

import numpy as np
import pytest

from explorer.app.match.why_text import pieces_of
from explorer.base.dataset import TEXT as TEXT_COLUMN
from explorer.base.progress import Silent
from explorer.features.match.why.model import WhyModel, save_why
from explorer.features.match.why.network import Shape, fusion_network
from explorer.features.match.why.service import parted_texts, why_folder
from explorer.workspace.demo import create_notes_demo
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import component, make_discs, opened, texts, visit

PAGE, TEXT = "12_Match", "explorer_shaded_text"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve notes."""
    root = tmp_path_factory.mktemp("why-page")
    create_notes_demo(root / "workspaces", Silent(), 12)
    return root


@pytest.fixture(autouse=True)
def notes(home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    return open_shared(home / "workspaces" / "notes")


def test_training_is_asked_for_and_then_sentences_are_shaded(notes: Opened) -> None:
    with visit(PAGE, "notes") as test:
        shown = opened(test, tab="why")
        assert shown.button(key="match.why.train").label == "Train the fusion"
        assert "has to be trained on this collection once" in texts(shown)
        about = {"texts": 12, "given": 0, "steps": 1, "alpha": 0.0, "held_out": 0.5, "content": "other"}
        model = WhyModel(fusion_network(Shape(says=False)), np.array([100, 101, 102]), Shape(says=False), about)
        save_why(why_folder(notes.workspace), model)
        shown = opened(test, asked="frost is forecast")
        text = "".join(piece["text"] for piece in component(shown, TEXT)["pieces"])
        assert text in notes.dataset.table.column("text").to_pylist()
        assert sum(piece.get("best", False) for piece in component(shown, TEXT)["pieces"]) == 1
        assert "No decoder was trained" in texts(shown) and "have changed since" in texts(shown)
        assert len(shown.selectbox(key="match.why.item").options) == 8
        other = opened(test, text="note-0003")
        assert "".join(piece["text"] for piece in component(other, TEXT)["pieces"]) == str(
            notes.dataset.table.column("text")[3]
        )


def test_the_pieces_are_the_whole_text_and_strength_follows_the_attention() -> None:
    text = "  <b>One</b> thing. Two things!\n\nThree things. "
    model = WhyModel(fusion_network(Shape(says=False)), np.array([101, 102]), Shape(says=False), {})
    why = model.explain("two", text)
    pieces = pieces_of(text, why)
    assert "".join(str(piece["text"]) for piece in pieces) == text
    strengths = {int(str(one["number"])): float(str(one["strength"])) for one in pieces if one["number"] != -1}
    assert strengths[why.best] == 1 and min(strengths.values()) == 0


def test_texts_of_one_piece_are_told_to_have_nothing_to_choose_from(notes: Opened, home: Path) -> None:
    def columns(number: int) -> dict[str, object]:
        return {TEXT_COLUMN: "One thing, and another" if number == 0 else "Orange juice"}

    (home / "files").mkdir()
    make_discs(home / "workspaces" / "juices", home / "files", 4, lambda number: 8 + number, columns)
    assert parted_texts(open_shared(home / "workspaces" / "juices")) == (1, 4)
    with visit(PAGE, "juices") as test:
        assert "1 of 4 texts that were looked at have more than one sentence or clause" in texts(
            opened(test, tab="why")
        )
    with visit(PAGE, "notes") as test:
        assert "nothing to choose from" not in texts(opened(test, tab="why"))
