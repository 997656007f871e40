"""The app as people run it, on a small workspace, and a real browser to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explorer.base.progress import Silent
from explorer.workspace.demo import create_scenes_demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The graphics card, which is emulated here, draws the map alone: drawing whole pages takes three times as long.
COMPOSING = ["--disable-gpu-compositing", "--disable-gpu-rasterization"]
# Nobody types into the address bar, which would be two more pages to draw for every page. Then what Playwright turns
# off: only the last of such lists counts.
OFF = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    f"--disable-features={OFF}",
    "--process-per-site",  # as one process, pages share what they have compiled
    *COMPOSING,
]
REQUIRED = bool(os.environ.get("EXPLORER_REQUIRE_BROWSER"))
SCENES = 160
INSIDE = ("http://127.0.0.1", "http://localhost", "data:", "blob:", "about:")
TIMEOUT = 60_000  # ms; a test waits for what it expects, because a page is drawn in several steps


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder; without a Chromium skip them, unless they are required."""
    skip = pytest.mark.skip(reason="no Chromium on this machine; on Debian: apt-get install chromium")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(skip)


@dataclass(frozen=True)
class App:
    """A running app: its address, its EXPLORER_HOME, and the folder below which it opens paths."""

    url: str
    home: Path
    data_root: Path

    def wait_for_jobs(self, seconds: float = 120) -> None:
        """Wait until no job is running, of the app or of any workspace."""
        from explorer.workspace.jobs import list_jobs

        for _ in range(int(seconds * 5)):
            places = [self.home, *(self.home / "workspaces").glob("*")]
            if not any(job.state == "running" for place in places for job in list_jobs(place)):
                return
            time.sleep(0.2)
        raise TimeoutError("a job is still running")


@pytest.fixture(scope="session")
def scenes_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EXPLORER_HOME with the workspace `scenes`: 160 scenes, embedded by pocket, with an index and a PCA map."""
    home = tmp_path_factory.mktemp("home")
    create_scenes_demo(home / "workspaces", Silent(), SCENES)
    return home


@pytest.fixture(scope="session")
def app(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on `scenes_home`, started by its command."""
    data_root = tmp_path_factory.mktemp("data")
    yield from serve(scenes_home, data_root)


@pytest.fixture(scope="session")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app without any workspace."""
    yield from serve(tmp_path_factory.mktemp("empty-home"), tmp_path_factory.mktemp("empty-data"))


def serve(home: Path, data_root: Path) -> Iterator[App]:
    """Run `explorer serve`; stop it afterwards."""
    port = free_port()
    with running([*serve_command(port), "--data-root", str(data_root)], port, home):
        yield App(f"http://127.0.0.1:{port}", home, data_root)


def serve_command(port: int) -> list[str]:
    """Python's arguments that run the app on `port`."""
    return ["-m", "explorer", "serve", "--port", str(port), "--no-browser"]


@contextmanager
def running(command: list[str], port: int, home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A server of this Python from its first answer to the end of the block; its output goes to `home`/server.log."""
    log = home / "server.log"
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, *command], env=os.environ | {"EXPLORER_HOME": str(home)}, stdout=output, stderr=output
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", log)
            yield server
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, log: Path) -> None:
    """Wait until the address answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visitor(browser: Any) -> Iterator[Any]:
    """A context in which pages follow each other: what they all load is fetched, read and compiled once."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    context.set_default_timeout(TIMEOUT)
    first = context.new_page()  # its process, in which all the others are drawn, stays while it is open
    first.route("**", lambda route: route.fulfill(body="waits"))
    first.goto("http://127.0.0.1/")
    yield context
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Tell of a test that fails what its page shows."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        with suppress(Exception):  # a page that is gone shows nothing
            report.sections.append(("what the page shows", page.locator("body").inner_text(timeout=5_000)))
    return report


@pytest.fixture
def page(visitor: Any) -> Iterator[Any]:
    """A fresh page of 1400 x 900, which fails the test when the app sends it outside or against its own policy."""
    opened = visitor.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    against: list[str] = []
    opened.on("console", lambda said: against.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    forget(visitor, asked)
    outside = [url for url in asked if not url.startswith(INSIDE)]
    assert not outside, f"the app asked the network for {outside}"
    assert not against, f"the browser refused {against}"


def forget(visitor: Any, asked: list[str]) -> None:
    """Close the pages of a test, and take from the browser what they left there: cookies, and what they stored."""
    first, *pages = visitor.pages
    for page in pages:
        page.close()
    visitor.clear_cookies()
    devtools = visitor.new_cdp_session(first)
    for origin in {"/".join(url.split("/", 3)[:3]) for url in asked if url.startswith("http")}:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    devtools.detach()


def settled(page: Any) -> None:
    """Wait until the app has finished drawing, and fail when it shows a traceback."""
    page.wait_for_selector("[data-testid=stAppViewContainer]")
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(700)
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    assert page.locator("[data-testid=stException]").count() == 0, page.locator(
        "[data-testid=stException]"
    ).inner_text()
