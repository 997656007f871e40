"""The map with 1,000,000 points in headless Chromium: first draw and lasso, and st.plotly_chart at 100,000 beside it.

    python benchmarks/bench_map.py            writes benchmarks/results/map.json

First draw: from the click that asks for the figure, in a page that is open and whose data is in the server's cache, to
the frame with all points being finished. Lasso: from letting go to the number of selected points on the page, which
Python has counted. Chromium draws in software here; medians of RUNS runs.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "map.json"
ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
RUNS = 3
LIMITS = {"first_draw_s": 3.0, "lasso_s": 1.0}
CORNERS = [(0.25, 0.3), (0.45, 0.25), (0.55, 0.5), (0.45, 0.7), (0.25, 0.6)]


def page() -> None:
    """The Streamlit page under test: ?kind=map or ?kind=plotly, &count=."""
    import numpy as np
    import streamlit as st

    from explorer.app.frame.map import similarity_map
    from explorer.drawing.map.values import MapColours, MapPoints
    from explorer.search.regions import points_in_polygon

    count = int(st.query_params["count"])

    @st.cache_resource
    def data(count: int) -> tuple[Any, Any]:
        rng = np.random.default_rng(0)
        group = rng.integers(0, 12, count)
        xy = (rng.normal(0, 5, (12, 2))[group] + rng.normal(0, 1, (count, 2))).astype(np.float32)
        points, colours = MapPoints(xy), MapColours.categories(group, [f"group {i}" for i in range(12)], label="group")
        return (points, points.blob)[0], (colours, colours.blob)[0]

    points, colours = data(count)
    st.text("ready")
    if not st.toggle("draw"):
        return
    if st.query_params["kind"] == "plotly":
        import plotly.graph_objects as go

        marker = {"color": colours.codes, "size": 3}
        figure = go.Figure(go.Scattergl(x=points.xy[:, 0], y=points.xy[:, 1], mode="markers", marker=marker))
        figure.update_layout(dragmode="lasso", height=620)
        answer = st.plotly_chart(figure, on_select="rerun", selection_mode="lasso", key="figure")
        st.text(f"selected {len(answer['selection']['points'])}")
        return
    mask = st.session_state.get("polygon")
    inside = None if mask is None else points_in_polygon(points.xy, np.array(mask))
    event = similarity_map(points, colours, key="map", selected=inside)
    if event and event.kind == "select":
        st.session_state["polygon"] = event.polygon.tolist()
        st.rerun()
    st.text(f"selected {0 if inside is None else int(inside.sum())}")


def serve() -> tuple[subprocess.Popen[bytes], str]:
    """Start the page on a free port; return the process and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "EXPLORER_BENCH_PAGE": "1",
        "STREAMLIT_RUNNER_ENFORCE_SERIALIZABLE_SESSION_STATE": "false",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", __file__, *options, "--server.fileWatcherType", "none"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health"):
                return server, url
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise TimeoutError(url)


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def wait_for_map(tab: Any) -> None:
    tab.locator(".map .base[data-frame-ms]").wait_for()


def wait_for_plotly(tab: Any) -> None:
    tab.locator(".js-plotly-plot .gl-canvas").first.wait_for(state="attached")
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")


def draw_lasso(tab: Any, target: Any) -> None:
    box = target.bounding_box()
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in CORNERS]
    tab.mouse.move(*places[0])
    tab.mouse.down()
    for place in places[1:]:
        tab.mouse.move(*place, steps=4)


def measure(browser: Any, url: str, kind: str, count: int) -> dict[str, float]:
    """One fresh tab: first draw and lasso, in seconds."""
    tab = browser.new_page(viewport={"width": 1280, "height": 860})
    tab.set_default_timeout(120_000)
    tab.goto(f"{url}/?kind={kind}&count={count}")
    tab.get_by_text("ready", exact=True).wait_for()
    tab.wait_for_timeout(1000)
    wait = wait_for_map if kind == "map" else wait_for_plotly
    toggle = tab.get_by_text("draw", exact=True)
    first = seconds(lambda: (toggle.click(), wait(tab)))
    tab.get_by_text("selected 0", exact=True).wait_for()
    tab.wait_for_timeout(1500)
    if kind == "map":
        tab.locator("[data-action=lasso]").click()
    draw_lasso(tab, tab.locator(".front" if kind == "map" else ".js-plotly-plot .nsewdrag").first)
    changed = tab.get_by_text("selected").filter(has_not_text="selected 0").filter(has_text="selected ")
    answer = changed.locator("visible=true").last
    lasso = seconds(lambda: (tab.mouse.up(), answer.wait_for()))
    tab.close()
    return {"first_draw_s": first, "lasso_s": lasso}


def main() -> int:
    """Measure, print and write; 1 when a limit is missed."""
    from playwright.sync_api import sync_playwright

    server, url = serve()
    report: dict[str, Any] = {"limits": LIMITS, "runs": RUNS, "processors": os.cpu_count(), "load": os.getloadavg()[0]}
    try:
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
            for kind, count in (("map", 1_000_000), ("plotly", 100_000)):
                runs = [measure(browser, url, kind, count) for _ in range(RUNS)]
                median = {name: round(statistics.median(run[name] for run in runs), 3) for name in LIMITS}
                report[kind] = {"points": count, **median}
                print(kind, report[kind], flush=True)
            browser.close()
    finally:
        server.terminate()
    report["load_after"] = os.getloadavg()[0]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return int(any(report["map"][name] > limit for name, limit in LIMITS.items()))


if os.environ.get("EXPLORER_BENCH_PAGE"):
    page()
elif __name__ == "__main__":
    sys.exit(main())
