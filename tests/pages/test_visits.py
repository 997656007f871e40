"""Going from page to page: each is as it was left, and the item picked last goes along."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.frame.visits import picked_item
from tests.pages.visits import make_discs, visit

FIRST, SECOND = "disc-3", "disc-7"


@pytest.fixture
def explore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The Explore page on 12 discs, with a query by an item and a colour, drawn."""
    make_discs(tmp_path / "workspaces" / "discs", tmp_path, 12, lambda number: 4 + number, lambda number: {"n": number})
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    with visit("1_Explore", "discs") as test:
        test.query_params.update({"q": f"item:1:{FIRST}", "color": "column:n"})
        yield test.run()


def link(test: AppTest, page: str) -> dict[str, list[str]]:
    """Parameters of the link to `page` in the sidebar."""
    found = next(one.proto for one in test.get("page_link") if one.proto.label == page)
    return parse_qs(found.query_string)


def follow(test: AppTest, page: str) -> AppTest:
    """Go where the link leads."""
    params = link(test, page)
    file = next(path for path in Path("pages").glob("*.py") if path.stem.endswith(f"_{page}"))
    test.switch_page(f"pages/{file.name}")
    test.query_params.clear()
    test.query_params.update(params)
    return test.run()


def test_a_page_is_as_it_was_left(explore: AppTest) -> None:
    other = follow(explore, "Compare")
    assert "q" not in link(other, "Compare")
    back = follow(other, "Explore")
    assert (back.query_params["q"], back.query_params["color"]) == (f"item:1:{FIRST}", "column:n")
    assert back.selectbox(key="explore.colour").value == "column:n"


def test_the_item_picked_last_goes_along(explore: AppTest) -> None:
    assert link(explore, "Conditional")["item"] == [FIRST]
    assert link(explore, "Relational")["item"] == [FIRST]
    other = follow(explore, "Conditional")
    other.query_params["item"] = SECOND
    other.run()
    assert link(other, "Relational")["item"] == [SECOND]
    back = follow(other, "Explore")
    assert back.query_params["q"] == f"item:1:{FIRST}"
    assert link(back, "Conditional")["item"] == [SECOND]


@pytest.mark.parametrize(
    ("page", "params", "item"),
    [
        ("Explore", {"q": ["item:1:a:b"]}, "a:b"),
        ("Explore", {"q": ["item:1:a", "text:1:b"]}, ""),
        ("Explore", {"q": ["text:1:b"]}, ""),
        ("Relational", {"item": ["a"]}, "a"),
        ("Compare", {"item": ["a"]}, ""),
    ],
)
def test_what_an_address_is_about(page: str, params: dict[str, list[str]], item: str) -> None:
    assert picked_item(page, params) == item
