"""Conditions as values: their form in the address, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.conditional.conditions import Condition, check_condition, format_condition, parse_condition


@given(
    st.sampled_from(["aspect", "column", "text"]),
    st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
    st.booleans(),
    st.text(max_size=30),
)
def test_conditions_survive_the_address(kind: str, name: str, change: bool, value: str) -> None:
    condition = Condition(kind, name, change, value)
    if change and kind != "text" and not value.strip():
        with pytest.raises(InputError, match="choose one of its values"):
            check_condition(condition)
        return
    assert parse_condition(format_condition(condition)) == condition


DAMAGED = ("", "focus", "focus:aspect", "focus:aspect:", "look:aspect:colour", "focus:smell:x", "focus:text:%20")


@pytest.mark.parametrize("text", [*DAMAGED, "change:aspect:colour", "a:b:c:d:e", "focus:text:" + "x" * 501])
def test_damaged_conditions_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_condition(text)
