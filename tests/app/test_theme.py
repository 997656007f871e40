"""Texts of the app can be read on their grounds, light and dark: WCAG 2.2, 1.4.3 and 1.4.11."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.drawing.colour_vision import contrast, from_hex

ROOT = Path(__file__).parents[2]
THEME: dict[str, Any] = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]
TEXT, PART = 4.5, 3.0


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_contrast(kind: str) -> None:
    theme = THEME[kind]
    grounds = [theme[name] for name in ("backgroundColor", "secondaryBackgroundColor")]
    grounds += [theme["sidebar"][name] for name in ("backgroundColor", "secondaryBackgroundColor")]
    for ground in from_hex(grounds):
        assert contrast(from_hex([theme["textColor"], theme["linkColor"]]), ground).min() >= TEXT
        assert contrast(from_hex([theme["primaryColor"]]), ground).min() >= PART
    assert contrast(from_hex([theme["primaryColor"]]), from_hex(["#ffffff"])).min() >= TEXT, "white on main buttons"


def test_the_page_of_participants_has_the_same_colours() -> None:
    style = (ROOT / "explorer/app/participant/page.css").read_text("utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)")[:2]
    for kind, part in (("light", light), ("dark", dark)):
        for name in ("primaryColor", "backgroundColor", "textColor", "secondaryBackgroundColor"):
            assert THEME[kind][name] in part
