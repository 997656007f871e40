"""The Conditional page, run as Streamlit runs it; widgets are found by key."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.frame.address import Address
from explorer.base.progress import Silent
from explorer.features.conditional.contract import METHODS
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.preparing import prepare
from tests.pages.visits import helps, opened, texts, visit

COLOURS, THINGS = ("red", "blue", "green", "white"), ("boat", "cup", "car", "hat", "dog")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EXPLORER_HOME with 40 short texts under the sentence model."""
    root, source = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("source")
    lines = [f"{c}-{t}-{n},a {c} {t}{' again' * n},{c},{t}" for c in COLOURS for t in THINGS for n in range(2)]
    (source / "t.csv").write_text("id,text,colour,thing\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ws = import_source(source / "t.csv", root / "workspaces" / "things")
    prepare(ws, "sentence", method="pca", progress=Silent())
    return root


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("2_Conditional", "things") as test:
        test.query_params["item"] = "red-boat-0"
        yield test


def loaded(test: AppTest, **params: str) -> AppTest:
    """The page, run until the model is there."""
    opened(test, **params)
    for _ in range(100):
        if not any("Loading the model" in str(getattr(status, "label", "")) for status in test.get("status")):
            break
        test.run()
    return test


def param(test: AppTest, name: str) -> str:
    value = test.query_params.get(name, "")
    return value if isinstance(value, str) else value[-1]


def test_two_columns_stand_beside_the_list_without_a_condition(page: AppTest) -> None:
    shown = texts(loaded(page))
    assert "No condition" in shown
    assert "same colour" in shown
    assert "same thing" in shown
    assert "same colour: red" in shown
    assert "same thing: boat" in shown
    assert "weighed by how probable each is" in helps(page)


def test_the_method_of_a_column_is_the_measured_one_and_the_table_says_so(page: AppTest) -> None:
    test = loaded(page, a="focus:column:colour")
    shown = texts(test)
    assert "What was measured on the column colour" in texts(test)
    assert "of the nearest items share the value" in shown and "random items" in shown
    used = str(test.selectbox(key="conditional.a.method").value)
    assert f"➤ | **{METHODS[used].label}" in shown
    test.selectbox(key="conditional.a.method").set_value("image").run()
    assert "You chose how it is compared" in texts(test)


def test_another_choice_than_before_is_said(page: AppTest) -> None:
    test = loaded(page, a="focus:column:colour")
    used = test.session_state["conditional.used"]
    (key,) = (name for name in used if name.endswith("colour"))
    used[key] = "image+text-unit"
    assert "was measured better than Item + words" in test.run().toast[0].value


def test_words_that_a_column_knows_are_asked_of_the_column(page: AppTest) -> None:
    shown = texts(loaded(page, a="change:text:in%20blue"))
    assert "Read as the value blue of the column colour" in shown and "like it, but colour: blue" in shown


def test_controls_go_to_the_address(page: AppTest) -> None:
    test = loaded(page)
    test.segmented_control(key="conditional.a.mode").set_value(True).run()
    assert param(test, "a").startswith("change:column:colour:")
    test.selectbox(key="conditional.a.value").set_value("green").run()
    assert param(test, "a") == "change:column:colour:green"
    assert "like it, but colour: green" in texts(test)
    test.slider(key="conditional.strength").set_value(0.4).run()
    assert param(test, "s") == "0.4"
    assert "40% of the way" in helps(test)
    test.selectbox(key="conditional.b.what").set_value("column:colour").run()
    assert param(test, "b") == "focus:column:colour"
    test.selectbox(key="conditional.b.what").set_value("text:").run()
    test.text_input(key="conditional.b.text").set_value("on the water").run()
    assert param(test, "b") == "focus:text:on%20the%20water"
    test.segmented_control(key="conditional.on").set_value("b").run()
    assert "Up: a higher score under the condition" in helps(test)
    test.text_input(key="conditional.b.text").set_value("  ").run()
    assert "The condition is empty" in texts(test)
    assert param(test, "b") == "focus:text:on%20the%20water"


def test_every_method_that_can_answer_does(page: AppTest) -> None:
    test = loaded(page, a="focus:column:colour")
    for name in ("image", "text", "image+text", "image+text-unit", "subspace", "profile", "column-means"):
        test.selectbox(key="conditional.a.method").set_value(name).run()
        assert param(test, "am") == name
        assert "of 24 also without it" in texts(test)


def test_a_method_that_cannot_answer_says_why(page: AppTest) -> None:
    test = loaded(page, a="focus:text:a hat", am="profile")
    assert "Free words name no set of values" in texts(test)
    assert "same thing" in texts(test)


def test_a_combiner_that_is_not_there_can_be_trained(page: AppTest) -> None:
    test = loaded(page, am="combiner")
    assert "explorer train combiner" in texts(test)
    assert not test.button(key="conditional.a.train").disabled


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"a": "focus:aspect:smell"}, "expected one of colour"),
        ({"a": "focus:column:smell"}, "Expected one of the columns"),
        ({"a": "focus:nothing"}, "was left out: a='focus:nothing' (Condition: expected mode:kind:name"),
        ({"a": "change:column:colour:gold"}, "has no value 'gold'"),
        ({"s": "3"}, "expected a number from 0 to 1"),
        ({"k": "7"}, "expected one of 12"),
        ({"am": "magic"}, "was left out: am='magic' (no such method: expected one of image"),
        ({"on": "c"}, "expected one of a, b"),
        ({"item": "nobody"}, "There is no item with the id 'nobody'"),
    ],
)
def test_damaged_links_end_in_a_message(page: AppTest, params: dict[str, str], words: str) -> None:
    assert words in texts(loaded(page, **params))


def test_one_run_opens_the_workspace_once_and_reads_the_address_once(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = loaded(page, a="focus:column:colour", b="change:column:thing:cup", s="0.5")
    counts = Counter[str]()

    def counted(kind: type, name: str) -> None:
        plain = getattr(kind, name)

        def call(*args: Any, **more: Any) -> Any:
            counts[name] += 1
            return plain(*args, **more)

        monkeypatch.setattr(kind, name, call)

    counted(Workspace, "open")
    counted(Address, "read")
    test.run()
    assert "like it, but thing" in texts(test)
    assert counts == {"open": 1, "read": 1}
