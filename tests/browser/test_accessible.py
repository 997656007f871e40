"""The app for everybody: by keyboard, by touch, by ear, by colour-blind eyes, at twice the size."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.drawing.map.palettes import COLORMAPS, MISSING, QUALITATIVE
from explorer.drawing.scripts import read
from tests.drawing.colour_vision import VISIONS, contrast, from_hex, least_difference, seen

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THEME: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text("utf-8"))[
    "theme"
]
PALETTE = f"""([kind, colours, theme]) => {{
  {read("map/js/01_util.js", "map/js/04_scene.js")}
  const scene = new Scene();
  scene.setColours(new Uint16Array(0), {{ kind, colours }}, theme);
  return scene.palette;
}}"""


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_points_stand_out_from_the_ground_and_from_each_other(browser: Any, kind: str) -> None:
    """As the map itself moves its colours: 3 : 1 with the ground, and told apart under simulated colour blindness."""
    page = browser.new_page()
    named = [THEME[kind][name] for name in ("backgroundColor", "textColor", "primaryColor")]
    ground, text, primary = (255 * from_hex(named)).tolist()
    theme = {"ground": ground, "text": text, "primary": primary}

    def drawn(of: str, colours: tuple[str, ...]) -> Any:
        return np.array(page.evaluate(PALETTE, [of, colours, theme])) / 255

    eight, twenty = drawn("categories", QUALITATIVE[:8]), drawn("categories", (*QUALITATIVE, MISSING))
    ramps = {name: drawn("numbers", stops) for name, stops in COLORMAPS.items()}
    page.close()
    for colours in (twenty, *ramps.values()):
        assert contrast(colours, np.array(ground) / 255).min() >= 3
    assert min(least_difference(eight, vision) for vision in VISIONS) >= 11
    assert min(least_difference(twenty, vision) for vision in VISIONS) >= 4.8
    assert least_difference(twenty, "usual") >= 9.5
    for name in ("viridis", "cividis"):
        for vision in VISIONS:
            assert (np.diff(seen(ramps[name][::64], vision)[:, 0]) > 0).all(), "a higher value is lighter"
