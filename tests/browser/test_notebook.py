"""The map in a real JupyterLab: run, lasso, read ids in the next cell, select from Python, two linked maps, dark."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import free_port, wait_for

CELLS = (
    'import explorer as ex\nws = ex.open("scenes")\nm = ws.map(colour="shape", height=330)\nm',
    'print(len(m.selected_ids), "ids;", len(m.selected.columns) > 4, set(m.selected_ids) <= set(ws.items["id"]))',
    "found = ws.search(item=m.selected_ids[0], k=7)\nm.select(found)\nfound.gallery()",
    'a, b = ws.map(height=330), ws.map(colour="none", height=330)\nex.link(a, b)',
    'print(len(b.selected_ids), "on the other;", b.picked == a.picked != "")',
)
QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
CONNECTED = """() => {
    const kernel = globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'
}"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def lab(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab with one notebook; its address."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        for n, text in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    (folder / "map.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "labconfig").mkdir()
    (folder / "labconfig" / "page_config.json").write_text(json.dumps(QUIET), encoding="utf-8")
    places = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"), str(folder))
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--expose-app-in-browser"]
    command += [f"--ServerApp.port={port}", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with (folder / "log").open("ab") as log:
        environment = os.environ | places | {"EXPLORER_HOME": str(scenes_home)}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/api/status", folder / "log")
            yield f"http://127.0.0.1:{port}/lab/tree/map.ipynb"
        finally:
            server.terminate()
            server.wait(30)


def run(page: Any, cell: int) -> Any:
    """Run a cell as people do; return what it shows."""
    there = page.locator(".jp-Cell").nth(cell)
    there.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    return there.locator(".jp-OutputArea-output").first


def lasso(page: Any, number: int) -> int:
    """Draw around the middle of a map; return how many it says are selected."""
    drawn = page.locator(".map").nth(number)
    drawn.scroll_into_view_if_needed()
    drawn.locator("[data-action=lasso]").click()
    box = drawn.locator(".front").bounding_box()
    corners = [(0.2, 0.2), (0.6, 0.2), (0.6, 0.8), (0.2, 0.8)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    status = drawn.locator(".status", has_text="selected")
    status.wait_for()
    return int(re.findall(r"(\d+) selected", status.inner_text())[0])


def test_a_lasso_in_jupyterlab_gives_ids_and_python_selects_and_maps_are_linked(page: Any, lab: str) -> None:
    page.goto(lab)
    page.locator(".jp-Cell .cm-content").first.wait_for()
    page.wait_for_function(CONNECTED)
    run(page, 0)
    page.locator(".map[data-drawn]").wait_for()
    chosen = lasso(page, 0)
    assert 0 < chosen < 160
    expect(run(page, 1)).to_have_text(f"{chosen} ids; True True")

    run(page, 2)
    expect(page.locator(".map .status").first).to_have_text("160 items · 7 selected")
    pictures = page.locator(".gallery .card img")
    expect(pictures).to_have_count(7)
    page.locator(".gallery").evaluate("(gallery) => gallery.scrollIntoView()")
    expect(pictures.first).to_have_js_property("naturalWidth", 160)

    run(page, 3)
    page.locator(".map[data-drawn]").nth(2).wait_for()
    both = lasso(page, 1)
    expect(page.locator(".map .status").nth(2)).to_have_text(f"160 items · {both} selected")
    first, second = page.locator(".map").nth(1), page.locator(".map").nth(2)
    page.keyboard.press("v")
    page.keyboard.press("Space")
    page.keyboard.press("+")
    expect(first).to_have_attribute("data-at", re.compile("_1.5$"))
    expect(second).to_have_attribute("data-at", str(first.get_attribute("data-at")))
    assert page.locator(".jp-Cell").count() == len(CELLS)  # keys on the map did not edit the notebook
    expect(run(page, 4)).to_have_text(f"{both} on the other; True")

    ground = "(map) => getComputedStyle(map).backgroundColor.match(/[0-9]+/g).map(Number)"
    assert second.evaluate(ground) == [255, 255, 255]
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.wait_for_function(
        "() => { const shown = [...document.querySelectorAll('[data-colours]')];"
        " return shown.length > 3 && shown.every((one) => one.style.getPropertyValue('--st-text-color') > '#cccccc') }"
    )
    assert max(second.evaluate(ground)) < 60
