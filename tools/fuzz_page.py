"""Damaged files uploaded through the page: `python tools/fuzz_page.py [COUNT] [FIRST]`; `make fuzz` runs 300.

The app runs as people run it, and a real browser puts one file after the other into the form of Home. Each leads to a
message or to a form to import it with; every tenth that can be imported is, and ends as items or as a message.
No page and no log may show a traceback.
"""

import contextlib
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

from explorer.workspace.jobs import list_jobs
from tests.browser.conftest import ARGS, CHROMIUM, App, serve
from tools.fuzz_files import damaged, make_csv, make_json, make_label, make_parquet, make_picture, make_zip

IMPORTED_OF = 10
TIMEOUT_MS = 60_000
UPLOADED = (make_csv, make_json, make_parquet, make_zip, make_label)
IDLE = "() => !document.querySelector('[data-testid=stStatusWidget]')"
ANSWERED = """name => document.querySelector('[data-testid=stAlert], [data-testid=stException]')
    || [...document.querySelectorAll('input')].some(one => one.value.startsWith(name))"""
UNEXPECTED = "It ended unexpectedly"


def upload_of(seed: int, folder: Path) -> Path:
    """The file of this seed, called after it: a damaged table, zip or label file, or a zip with a damaged picture."""
    random, made = Random(seed), folder / "made"
    made.mkdir()
    if random.random() < 0.2:
        path = make_picture(made, random)
        path.write_bytes(damaged(path.read_bytes(), random))
        target = folder / f"f{seed}.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for one in sorted(made.iterdir()):
                archive.write(one, one.name)
        return target
    path = random.choice(UPLOADED)(made, random)
    target = folder / f"f{seed}{path.name[path.name.index('.') :]}"
    target.write_bytes(damaged(path.read_bytes(), random))
    return target


class Form:
    """The form of Home in a browser."""

    def __init__(self, page: Any, app: App) -> None:
        self.page, self.app = page, app
        self.ends: Counter[str] = Counter()
        self._fresh()

    def put_in(self, path: Path, seed: int) -> str:
        """What went wrong with a file, "" for a message or items."""
        self.page.locator("input[type=file]").set_input_files(path)
        self.page.get_by_test_id("stFileUploader").get_by_text(path.name).wait_for()
        self._settle()
        with contextlib.suppress(PlaywrightTimeout):
            self.page.wait_for_function(ANSWERED, arg=f"f{seed}")
        self._settle()
        if fault := self._traceback():
            return fault
        button = self.page.get_by_role("button", name="Import and prepare")
        if not button.count():
            message = self.page.get_by_test_id("stAlert")
            self.ends["message"] += 1
            return "" if message.count() and message.first.inner_text().strip() else "neither a message nor a form"
        self.ends["form"] += 1
        return self._imported(button, path) if seed % IMPORTED_OF == 0 and button.is_enabled() else ""

    def _imported(self, button: Any, path: Path) -> str:
        button.click()
        self.page.wait_for_url("**job=**")
        self.app.wait_for_jobs(300)
        self._settle()
        job = next(job for job in list_jobs(self.app.home) if Path(job.args[1]).name == path.name)
        self.ends[f"import {job.state}"] += 1
        wrong = self._traceback() or (job.error if UNEXPECTED in job.error else "")
        self._fresh()
        return wrong or ("" if job.state == "done" or job.error else "the import failed without a word")

    def _traceback(self) -> str:
        found = self.page.get_by_test_id("stException")
        return str(found.first.inner_text()) if found.count() else ""

    def _fresh(self) -> None:
        places = (self.app.home / "workspaces").glob("*/manifest.json")
        known = next((path.parent.name for path in places), "")
        self.page.goto(f"{self.app.url}/?tab=add" + (f"&ws={known}" if known else ""))
        self.page.locator("input[type=file]").wait_for(state="attached")
        self._settle()

    def _settle(self) -> None:
        """Twice idle: a page begins a moment after it was asked for."""
        for _ in range(2):
            self.page.wait_for_timeout(350)
            self.page.wait_for_function(IDLE)


def main(count: int = 300, first: int = 0) -> int:
    """Upload the files of `count` seeds from `first` on; print each fault; 1 when there is any."""
    faults = 0
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-page-")))
        (place / "home").mkdir()
        (place / "data").mkdir()
        app = stack.enter_context(contextlib.contextmanager(serve)(place / "home", place / "data"))
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        form = Form(page, app)
        for seed in range(first, first + count):
            with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
                fault = form.put_in(upload_of(seed, Path(folder)), seed)
            if fault:
                faults += 1
                print(f"seed {seed}: {fault}", flush=True)
            if (seed - first + 1) % 25 == 0:
                print(f"{seed - first + 1} tried, {faults} faults, {dict(form.ends)}", flush=True)
        browser.close()
        log = (place / "home" / "server.log").read_text(encoding="utf-8", errors="replace")
    if "Traceback" in log:
        faults += 1
        print(log[-6000:])
    print(f"{count} uploads, {faults} faults: {dict(form.ends)}")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
