"""Label: what each tab says, what its buttons do, and what is said when something is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.app.access import session
from explorer.app.access.passes import Visitor
from explorer.app.access.who import Guard
from explorer.base.permission import Role
from explorer.commands.main import app
from explorer.features.label.curve import measure_curve
from explorer.features.label.service import labels_of
from explorer.workspace.added_columns import column_store
from explorer.workspace.label_store import label_store
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.tags import tag_store
from tests.pages.visits import component, make_discs, opened, texts, visit

TILES = "explorer_label_tiles"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 discs of four colours."""
    home = tmp_path_factory.mktemp("label")
    (home / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"colour": ("red", "green", "blue", "orange")[number % 4], "one": "same"}

    make_discs(home / "workspaces" / "discs", home / "files", 40, lambda number: 8 + number // 4, columns)
    return home


@pytest.fixture(autouse=True)
def discs(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """The discs without labels."""
    monkeypatch.setenv("EXPLORER_HOME", str(made))
    path = made / "workspaces" / "discs"
    yield open_shared(path)
    for name in ("labels.sqlite", "columns.sqlite", "tags.sqlite"):
        for file in path.glob(f"{name}*"):
            file.unlink()


def take_column(each: int = 2) -> None:
    told = CliRunner().invoke(app, ["label", "column", "discs", "colour", "--each", str(each)])
    assert told.exit_code == 0, told.output


def test_by_hand_shows_items_and_the_labels_with_their_counts(discs: Opened) -> None:
    with visit("10_Label", "discs") as test:
        first = component(opened(test), TILES)
        assert len(first["cards"]) == 18 and first["names"] == [] and first["may"] and first["ask"]["order"] == "novel"
        take_column()
        later = component(opened(test, order="any"), TILES)
        assert (
            sorted(count for _, count in later["names"]) == [2, 2, 2, 2] and "from the column colour" in later["last"]
        )
        assert later["ask"]["order"] == "any"
        assert "8 items labelled" in texts(test)
    labelled = set(discs.dataset.ids[labels_of(discs, "labels").rows])
    assert not labelled & {card["id"] for card in later["cards"]}


def test_a_tag_is_labelled_at_once_and_undone_as_one_change(discs: Opened) -> None:
    tag_store(discs.workspace).put("few", list(discs.dataset.ids[:7]))
    label_store(discs.workspace).add_names("labels", ["round"])
    with visit("10_Label", "discs") as test:
        opened(test, many="tag:few")
        test.selectbox(key="label.many.label").set_value("round").run()
        test.button(key="label.many.give").click().run()
        assert "“round” given to 7 items, tag: few" in texts(test)
        assert len(labels_of(discs, "labels")) == 7
        test.button(key="label.many.undo").click().run()
        assert "Taken back" in texts(test) and not len(labels_of(discs, "labels"))


def test_a_few_labels_of_each_value_of_a_column_are_taken(discs: Opened) -> None:
    with visit("10_Label", "discs") as test:
        opened(test)
        test.number_input(key="label.column.each").set_value(3).run()
        test.button(key="label.column.take").click().run()
        assert "4 labels given to 12 items, from the column colour" in texts(test)
    assert labels_of(discs, "labels").counts.tolist() == [3, 3, 3, 3]


def test_by_examples_without_enough_labels_says_what_to_do(discs: Opened) -> None:
    with visit("10_Label", "discs") as test:
        assert "No item has a label yet" in texts(opened(test, tab="examples"))
        label_store(discs.workspace).give("labels", "me", {str(discs.dataset.ids[0]): "red"})
        assert "All labels are 'red'" in texts(test.run())
        label_store(discs.workspace).give("labels", "me", {str(discs.dataset.ids[1]): "green"})
        shown = texts(test.run())
    assert "One item alone has the label red, green" in shown and "Logistic regression" in shown


def test_sure_guesses_are_accepted_and_the_column_is_taken_away(discs: Opened) -> None:
    take_column(5)
    before = discs.dataset.attributes
    with visit("10_Label", "discs") as test:
        shown = texts(opened(test, tab="examples", method="neighbours", sure="0.9"))
        assert "20 labels by people would be the values of a new column" in shown
        assert "are the item’s value in the column colour" in shown
        test.button(key="label.accept").click().run()
        assert "“labels accepted” is a column of these items now" in texts(test)
        assert "guessed with at least 0.9 by k nearest neighbours" in texts(test)
        now = open_shared(discs.path)
        assert now.dataset.attributes == [*before, "labels accepted"]
        test.button(key="label.away.labels accepted").click().run()
        assert "was taken away" in texts(test)
    assert open_shared(discs.path).dataset.attributes == before and not column_store(discs.workspace).columns()


def test_the_curve_is_shown_where_a_column_tells_what_is_right(discs: Opened) -> None:
    take_column()
    with visit("10_Label", "discs") as test:
        assert "How right would the guesses be?" in texts(opened(test, tab="examples"))
        assert [one.label for one in test.button if one.key == "label.curve"] == ["Measure"]
        found = measure_curve(discs, "histogram", "colour", each=(1,), seeds=2)
        shown = texts(test.run())
        assert [one.label for one in test.button if one.key == "label.curve"] == ["Measure again"]
    assert f"Accuracy on {found.tested} items of 4 values of colour under histogram, 2 draws" in shown


def test_doubtful_labels_are_told_with_what_the_neighbours_have(discs: Opened) -> None:
    with visit("10_Label", "discs") as test:
        assert "No item of this set has a label yet" in texts(opened(test, tab="quality"))
        take_column(0)
        assert "No label is in doubt: 40 labelled items" in texts(test.run())
        wrong = str(discs.dataset.ids[0])
        right = str(discs.dataset.column("colour")[0])
        other = next(one for one in ("red", "blue") if one != right)
        label_store(discs.workspace).give("labels", "me", {wrong: other})
        found = component(test.run(), TILES)
        assert "1 of 40 labels are in doubt" in texts(test)
        assert [(one["id"], one["given"], one["proposed"]) for one in found["cards"]] == [(wrong, other, right)]


def test_a_viewer_looks_and_changes_nothing(discs: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    take_column(5)
    known = Guard(by_keys=True, keys=None, mails=None)
    monkeypatch.setattr(Guard, "visitor_with", lambda *_: Visitor(Role.VIEWER))
    monkeypatch.setattr(session, "guard", lambda: known)
    version = label_store(discs.workspace).version()
    with visit("10_Label", "discs") as test:
        assert component(opened(test), TILES)["may"] is False
        shown = texts(opened(test, tab="examples"))
        assert "20 labels by people" in shown and "label.accept" not in {one.key for one in test.button}
    assert label_store(discs.workspace).version() == version


def test_a_folder_where_nothing_can_be_written_is_looked_at(discs: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    take_column(5)

    def full(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("explorer.features.label.guessing.keep_arrays", full)
    with visit("10_Label", "discs") as test:
        assert "40 items under histogram" in texts(opened(test, tab="examples", method="neighbours"))
