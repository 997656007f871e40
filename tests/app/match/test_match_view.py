"""The address of the page Match."""

from collections import Counter

from explorer.app.match.view import ADDRESS, View


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
