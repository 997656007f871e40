"""The demo of notes."""

import datetime
from pathlib import Path

import pytest

from explorer.base.progress import Silent
from explorer.workspace import demo
from explorer.workspace.demo import create_notes_demo
from explorer.workspace.notes import demo_notes, season


def test_notes_are_many_all_different_and_the_same_every_time() -> None:
    notes = demo_notes(1_600)
    assert demo_notes.__wrapped__(300) == notes[:300]
    assert len({one.text for one in notes}) == 1_600 and not any("{" in one.text for one in notes)
    assert len({one.topic for one in notes}) == 8
    assert {one.date.year for one in notes} == set(range(2015, 2025))
    assert season(datetime.date(2020, 12, 1)) == season(datetime.date(2021, 2, 28)) == "Winter"


def test_near_copies_share_most_words_with_an_earlier_note() -> None:
    notes = demo_notes(1_600)
    copies = [one for one in notes if one.copy_of >= 0]
    assert 50 < len(copies) < 200
    for one in copies:
        first = notes[one.copy_of]
        assert first.copy_of == -1 and (one.topic, one.place) == (first.topic, first.place)
        shared = set(one.text.split()) & set(first.text.split())
        assert one.text != first.text and len(shared) > 0.6 * len(set(first.text.split()))


def test_the_workspace_has_texts_dates_and_no_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "prepare", lambda *args, **kwargs: "")
    dataset = create_notes_demo(tmp_path, Silent(), 30).dataset()
    assert dataset.has_texts and not dataset.has_images and len(dataset) == 30
    assert {"topic", "place", "mood", "writer", "season", "date", "near_copy_of"} <= set(dataset.attributes)
    assert str(dataset.table.schema.field("date").type).startswith("date32")
