"""Foreign text as Markdown that shows it as it is; `tests/browser/test_foreign_text.py` looks at it in a browser."""

import re
from pathlib import Path

import pytest

from explorer.app.frame.foreign import MOST, plain
from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from tests.pages.visits import read

APP = Path(__file__).parents[2] / "explorer"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*a* _b_", r"\*a\* \_b\_"),
        ("http://a.b", r"http:color[\:]//a\.b"),
        ("www.a", r"www:color[\.]a"),
        ("a@b.c", r"a:color[\@]b\.c"),
        (":material/home:", r":color[\:]material/home:color[\:]"),
        ("a -> b: c", r"a \-:color[\>] b\: c"),
        ("a\n\n# b\tc", r"a \# b c"),
        ("a\u202eb\x00c\x1b[0m", r"abc\[0m"),
        ("\ud800", "\ufffd"),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    assert plain(text) == written


def test_long_text_ends_with_an_ellipsis() -> None:
    assert plain("x" * MOST) == "x" * MOST
    assert plain("x" * MOST * 2) == "x" * (MOST - 1) + "…"
    assert plain("a b c", 4) == "a b…"
    assert read(plain(f"{'.' * 100}", 10)) == "." * 9 + "…"


def test_messages_quote_no_more_than_the_beginning() -> None:
    with pytest.raises(InputError) as error:
        check_choice("x" * 9_999, ["a"], "Kind")
    assert str(error.value).startswith("Kind: expected one of a; got 'xxx") and len(str(error.value)) < 120


def test_parts_of_our_own_set_text_and_never_html() -> None:
    writes = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function")
    scripts = [path for path in APP.rglob("*.js") if "node_modules" not in path.parts]
    assert len(scripts) > 20
    assert [str(path) for path in scripts if writes.search(path.read_text("utf-8"))] == []
