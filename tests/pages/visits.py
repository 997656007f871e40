"""What the tests of all pages share: visiting a page, reading what stands on it, pictures of discs to show."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from explorer.app.frame.address import Address
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.progress import Silent
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.preparing import prepare

APP = str(Path(__file__).parents[2] / "app.py")
COLOURS = ("red", "green", "blue", "orange")
TIMEOUT = 200


@contextmanager
def visit(page: str, ws: str) -> Iterator[AppTest]:
    """`pages/PAGE.py` on the workspace `ws`, reached from app.py and not yet run; it must end without an exception."""
    test = AppTest.from_file(APP, default_timeout=TIMEOUT)
    test.query_params["ws"] = ws
    yield test.switch_page(f"pages/{page}.py")
    assert [str(error.value) for error in test.exception] == []


def opened(test: AppTest, **params: str | list[str]) -> AppTest:
    """The page, run with these parameters in its address."""
    for name, value in params.items():
        test.query_params[name] = value
    return test.run()


def read(markdown: object) -> str:
    """What a reader sees of a text that went through `plain`; other Markdown stays as it is."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", re.sub(r":color\[\\(.)\]", r"\1", str(markdown)))


def texts(test: AppTest) -> str:
    """All that the page says outside of its widgets, a line each."""
    parts = (test.title, test.subheader, test.markdown, test.caption, test.text)
    messages = (test.info, test.warning, test.error, test.success)
    return "\n".join(read(one.value) for kind in (*parts, *messages) for one in kind)


def component(test: AppTest, name: str) -> dict[str, Any]:
    """The data that a component of the page is given; where there are several, the first one."""
    protos = (one.proto for one in test.get("bidi_component"))
    found: dict[str, Any] = json.loads(next(proto.json for proto in protos if proto.component_name.endswith(name)))
    return found


def charts(test: AppTest) -> dict[str, dict[str, Any]]:
    """The charts of columns on the page, by column."""
    return {chart["column"]: chart for chart in component(test, "explorer_bars")["charts"]}


def helps(test: AppTest) -> str:
    """What the question marks beside texts and numbers tell, a line each."""
    return "\n".join(read(one.help) for kind in (test.markdown, test.caption, test.metric) for one in kind if one.help)


def disc(colour: str, radius: int) -> bytes:
    """A PNG of 64 x 64 pixels, white with a disc in the middle."""
    image = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(image).ellipse((32 - radius, 32 - radius, 32 + radius, 32 + radius), fill=colour)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def make_discs(
    folder: Path, files: Path, count: int, radius: Callable[[int], int], columns: Callable[[int], dict[str, object]]
) -> Workspace:
    """A workspace in `folder`: `count` discs in four colours in turn, under the colour histogram, which reads no texts.

    radius, columns: of the disc with a number.
    """
    rows = []
    for number in range(count):
        (files / f"{number}.png").write_bytes(disc(COLOURS[number % 4], radius(number)))
        fixed = {ID: f"disc-{number}", PATH: f"{number}.png", TEXT: "", HASH: f"{number:032x}"}
        rows.append({**fixed, **columns(number)})
    ws = create_workspace(
        folder, folder.name, Dataset(pa.Table.from_pylist(rows)), image_root=files, source="", kind="folder"
    )
    prepare(ws, "histogram", method="pca", progress=Silent())
    return ws


def count_reads(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often the workspace is opened and the address is read from now on; the counts grow as the page runs."""
    counts = {"opens": 0, "addresses": 0}

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(Workspace, "open", counting("opens", Workspace.open))
    monkeypatch.setattr(Address, "read", counting("addresses", Address.read))
    return counts
