"""Filters against plain Python, and the URL form with any characters."""

from datetime import UTC, datetime
from math import inf, nan

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.search import Filter, format_filters, mask, parse_filters

TABLE = pa.table(
    {
        "id": ["a", "b", "c", "d", "e"],
        "colour": pa.array(["red", "Blue", None, "dark red", ""]),
        "kind": pa.array(["x", "y", "x", None, "z"]).dictionary_encode(),
        "count": pa.array([1, 2, None, 4, 5]),
        "score": pa.array([0.5, nan, None, -1.0, 1e300]),
        "good": pa.array([True, False, None, True, False]),
        "tags": pa.array([["x", "Yes"], [], None, ["x"], [None, "y"]]),
        "sizes": pa.array([[1, 9], [5], None, [], [2, None]]),
        "day": pa.array([datetime(2020, 1, day) for day in (1, 2, 3, 4)] + [None]),
        "nothing": pa.nulls(5),
    }
)
DATA = Dataset(TABLE)


def kept(*filters: Filter, data: Dataset = DATA) -> str:
    return "".join(item for item, passes in zip("abcde", mask(data, filters), strict=True) if passes)


def values(column: str, *wanted: str | None) -> Filter:
    return Filter(column=column, kind="values", values=wanted)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (values("colour", "red"), "a"),
        (values("colour", "red", None), "ac"),
        (values("colour", ""), "e"),
        (values("colour", "RED"), ""),
        (values("kind", "x", "z"), "ace"),
        (values("kind", None), "d"),
        (values("count", "2", "4.0"), "bd"),
        (values("count", None), "c"),
        (values("score", "0.5"), "a"),
        (values("score", None), "bc"),
        (values("good", "True"), "ad"),
        (values("good", "false", None), "bce"),
        (values("tags", "x"), "ad"),
        (values("tags", None), "ce"),
        (values("sizes", "5", "9"), "ab"),
        (values("day", "2020-01-02 00:00:00"), "b"),
        (values("nothing", None), "abcde"),
        (values("nothing", "x"), ""),
        (values("id", "c"), "c"),
        (Filter(column="count", kind="range", low=2, high=4), "bd"),
        (Filter(column="count", kind="range", low=2.5), "de"),
        (Filter(column="count", kind="range"), "abde"),
        (Filter(column="score", kind="range", high=inf), "ade"),
        (Filter(column="score", kind="range", low=-1, high=0.5), "ad"),
        (Filter(column="count", kind="range", low=4, high=2), ""),
        (Filter(column="sizes", kind="range", low=2, high=5), "be"),
        (Filter(column="day", kind="range", low=datetime(2020, 1, 3, tzinfo=UTC).timestamp()), "cd"),
        (Filter(column="colour", kind="contains", text="RED"), "ad"),
        (Filter(column="colour", kind="contains", text="."), ""),
        (Filter(column="kind", kind="contains", text="Y"), "b"),
        (Filter(column="tags", kind="contains", text="y"), "ae"),
    ],
)
def test_each_type_of_column(one: Filter, expected: str) -> None:
    assert kept(one) == expected
    assert kept(one, data=Dataset(pa.concat_tables([TABLE[:2], TABLE[2:2], TABLE[2:]]))) == expected


def test_all_must_pass_and_none_keeps_everything() -> None:
    assert kept() == "abcde"
    assert kept(values("good", "true"), Filter(column="count", kind="range", low=2)) == "d"
    assert mask(Dataset(TABLE[:0]), [values("good", "true")]).shape == (0,)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (values("color", "red"), "no column 'color'. Expected one of: colour, kind"),
        (values("count", "many"), "count: expected whole numbers, got many"),
        (values("good", "maybe"), "good: expected true or false, got maybe"),
        (
            Filter(column="colour", kind="range", low=1),
            "colour: expected a column of numbers or dates for a range, got one of texts",
        ),
        (Filter(column="good", kind="range", low=1), "good: expected a column of numbers"),
        (
            Filter(column="count", kind="contains", text="1"),
            "count: expected a column of text to look in, got one of whole",
        ),
        (
            Filter(column="count", kind="words", text="1"),
            "count: expected a column of text to look in, got one of whole",
        ),
    ],
)
def test_what_cannot_be_filtered_is_said(one: Filter, message: str) -> None:
    with pytest.raises(InputError, match=message):
        mask(DATA, [one])


def test_filters_that_mean_nothing_are_refused() -> None:
    for arguments, message in (
        ({"kind": "values"}, "at least one value"),
        ({"kind": "contains"}, "a text to look for"),
        ({"kind": "like"}, "one of values, range, contains, words; got 'like'"),
        ({"kind": "range", "low": nan}, "got NaN"),
    ):
        with pytest.raises(InputError, match=message):
            Filter(column="c", **arguments)


NUMBERS = st.none() | st.floats(allow_nan=False)
VALUES = st.lists(st.none() | st.text(), min_size=1).map(tuple)
FILTERS = st.one_of(
    st.builds(Filter, column=st.text(), kind=st.just("values"), values=VALUES),
    st.builds(Filter, column=st.text(), kind=st.just("range"), low=NUMBERS, high=NUMBERS),
    st.builds(Filter, column=st.text(), kind=st.sampled_from(["contains", "words"]), text=st.text(min_size=1)),
)


@given(st.lists(FILTERS))
def test_the_url_form_gives_back_any_filter(filters: list[Filter]) -> None:
    text = format_filters(filters)
    assert parse_filters(text) == filters
    assert text.isascii() and not set(text) & set(" &#?+\"'<>")


@given(st.text())
def test_any_text_parses_or_is_refused_with_a_message(text: str) -> None:
    try:
        parse_filters(text)
    except InputError as error:
        assert "Filter" in str(error)


def test_the_url_form_is_readable() -> None:
    filters = [
        values("colour", "red", None),
        Filter(column="count", kind="range", low=2),
        Filter(column="t x", kind="contains", text="a;b"),
    ]
    assert format_filters(filters) == "colour:values:red,!;count:range:2.0,;t%20x:contains:a%3Bb"
    with pytest.raises(InputError, match="got 'count:range:1'"):
        parse_filters("count:range:1")


BIG = 1009513310189256287
BIG_DATA = Dataset(pa.table({"id": list("abcde"), "big": [BIG + step for step in (0, 1, 2, 977, 2000)]}))


def test_whole_numbers_beyond_floats_are_compared_exactly() -> None:
    between = Filter(column="big", kind="range", low=BIG + 1, high=BIG + 977)
    assert kept(between, data=BIG_DATA) == "bcd"
    assert kept(values("big", str(BIG + 1)), data=BIG_DATA) == "b"
    assert parse_filters(format_filters([between])) == [between]
    assert kept(Filter(column="big", kind="range", low=2**70), data=BIG_DATA) == ""
    assert kept(values("count", "2.0"), values("count", "2")) == "b"


def test_instants_are_compared_in_utc() -> None:
    moments = pa.array([datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 6)], pa.timestamp("us", tz="UTC"))
    data = Dataset(pa.table({"id": list("abcde"), "when": moments}))
    low = datetime(2020, 1, 3, tzinfo=UTC).timestamp()
    assert kept(Filter(column="when", kind="range", low=low), data=data) == "cde"
