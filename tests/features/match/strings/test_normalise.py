import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from explorer.features.match.strings.normalise import Normal, distinct, normalised, origins

ALL = Normal()


@pytest.mark.parametrize(
    "name, made",
    [
        ("Enron Inc.", "enron inc"),
        ("A  \t B", "a b"),
        ("A - B", "a  b"),  # spaces are squeezed before signs are removed, as in LinkOrgs
        (" X ", " x "),
        ("“Élan”—KG", "élankg"),
        ("5 $ + 3", "5 $ + 3"),  # signs of money and of sums are no punctuation
        ("!?", ""),
    ],
)
def test_names_are_made_alike_in_the_official_order(name: str, made: str) -> None:
    assert normalised([name], ALL) == [made]


def test_each_step_can_be_left_out() -> None:
    name = "A.  B"
    assert normalised([name], Normal(lower=False)) == ["A B"]
    assert normalised([name], Normal(spaces=False)) == ["a  b"]
    assert normalised([name], Normal(punctuation=False)) == ["a. b"]
    assert normalised([name], Normal(False, False, False)) == [name]


@settings(max_examples=60, deadline=None)
@given(st.text("aBİΣß. ,-\t\n ", max_size=12), st.booleans(), st.booleans(), st.booleans())
@example("ΑΣ İ.", True, True, True)
def test_every_character_knows_where_it_came_from(name: str, lower: bool, spaces: bool, punctuation: bool) -> None:
    normal = Normal(lower, spaces, punctuation)
    made, places = origins(name, normal)
    assert [made] == normalised([name], normal)
    assert len(places) == len(made) and places == sorted(places)
    for letter, place in zip(made, places, strict=True):
        assert letter in name[place].lower() + name[place] + "ς" or (letter == " " and name[place].isspace())


def test_different_names_and_the_rows_that_have_them() -> None:
    found = distinct(["Acme", "Oracle", "ACME.", "...", "", "oracle"], ALL)
    assert found.names == ("acme", "oracle")
    assert found.place.tolist() == [0, 1, 0, -1, -1, 1]
    assert distinct([], ALL).place.tolist() == []
