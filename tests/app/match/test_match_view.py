"""The address of the page Match."""

from collections import Counter

from explorer.app.match.links_setup import name_of_match, usual_method
from explorer.app.match.view import ADDRESS, View
from explorer.features.match.contract import METHODS
from explorer.workspace.tag_store import LONGEST


def test_no_two_fields_share_a_name_in_the_address() -> None:
    names = Counter(field.name for field in ADDRESS.codec.values())
    assert [name for name, times in names.items() if times > 1] == []
    assert set(ADDRESS.codec) == set(View.__dataclass_fields__), "every field is part of a link"


def test_a_view_of_links_survives_its_address() -> None:
    view = View(
        links_left="file:k/a b.csv", links_set=("q=3", "lower=no"), links_from=-0.5, links_about=2.5, links_bin="left"
    )
    assert ADDRESS.read(ADDRESS.write(view)) == (view, [])
    assert ADDRESS.read({"from": ["nan"], "way": ["all"]})[0] == View()


def test_matches_of_long_names_are_told_apart_by_their_whole_names() -> None:
    left = "a table of everything that was bought in the years from 2001 to 2024, as of today.csv"
    names = {name_of_match(f"{left} and {right}.csv") for right in ("one", "other")}
    assert len(names) == 2 and all(len(name) <= LONGEST for name in names)
    assert name_of_match("a.csv\n and  b.csv") == "a.csv and b.csv"


def test_the_usual_matcher_is_one_that_can_be_used() -> None:
    free = dict.fromkeys(METHODS, "")
    assert usual_method(View(), free) == "tfidf"
    assert usual_method(View(), free, "vectors") == "vectors"
    assert usual_method(View(), free | {"vectors": "no vectors"}, "vectors") == "tfidf"
    assert usual_method(View(), dict.fromkeys(METHODS, "nothing") | {"products": ""}) == "products"
    assert usual_method(View(links_method="mix"), free, "vectors") == "mix"
