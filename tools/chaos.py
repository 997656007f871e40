"""Twenty people with two tabs each annotate in a real browser while the server is killed, tabs close and lines go down.

python tools/chaos.py [minutes] [people]. At the end everybody comes back, and what they clicked is compared with what
the store holds: every answer once, on the items that were shown, under the person who gave it.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from explorer.app.server.run import free_port
from explorer.base.progress import Silent
from explorer.features.judgments.asking.people import people
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.study import Study
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.opened import open_shared

CAMPAIGN, SCENES = "chaos", 160
KILL_EVERY_S, DOWN_S = (15.0, 40.0), (0.5, 5.0)
BROWSER = "/usr/bin/chromium"
Clicked = tuple[str, frozenset[str]]
STATE = """() => {
  const page = document.querySelector('#page')
  return {trial: page?.dataset.trial, waiting: page?.dataset.waiting,
          ids: [...document.querySelectorAll('.choice')].map((one) => one.dataset.id)}
}"""


@dataclass
class Somebody:
    """One person. given: by trial what they clicked, the odd one and all items, in the order of the clicks."""

    number: int
    context: Any
    tabs: list[Page] = field(default_factory=list)
    given: dict[str, list[Clicked]] = field(default_factory=dict)
    back_on_line: float = 0.0


@dataclass
class Server:
    """The app in a process group of its own."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def start(self) -> None:
        """Start it; it answers some seconds later."""
        command = [sys.executable, "-m", "explorer", "serve", "--port", str(self.port), "--no-browser"]
        environment = os.environ | {"EXPLORER_HOME": str(self.home)}
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """End it and all its processes, at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.kills += 1

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health").close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError((self.home / "server.log").read_text())


class Chaos:
    """The run: people, the server, and what happened."""

    def __init__(self, browser: Any, server: Server, count: int, seed: int) -> None:
        self.server, self.random, self.happened = server, random.Random(seed), Counter[str]()
        self.address = f"http://127.0.0.1:{server.port}/answer/scenes/{CAMPAIGN}"
        self.crowd = [Somebody(number, browser.new_context()) for number in range(count)]

    def open(self, who: Somebody) -> None:
        """One more tab of a person."""
        tab = who.context.new_page()
        try:
            tab.goto(self.address, timeout=20_000)
        except Error:
            tab.close()  # the server is down, or the line is
            return
        who.tabs.append(tab)

    def step(self) -> None:
        """Something happens to somebody."""
        who = self.random.choice(self.crowd)
        if who.back_on_line and time.monotonic() > who.back_on_line:
            who.context.set_offline(False)
            who.back_on_line = 0.0
        if len(who.tabs) < 2:
            return self.open(who)
        tab, dice = self.random.choice(who.tabs), self.random.random()
        if dice < 0.90:
            return self.click(who, tab)
        if dice < 0.93:
            self.happened["closed"] += 1
            who.tabs.remove(tab)
            tab.close()
        elif dice < 0.96:
            self.happened["reloaded"] += 1
            self.reload(who, tab)
        else:
            self.happened["offline"] += 1
            who.context.set_offline(True)
            who.back_on_line = time.monotonic() + self.random.uniform(1, 8)
        return None

    def reload(self, who: Somebody, tab: Page) -> None:
        """Load a tab anew; one that cannot be loaded is closed."""
        try:
            tab.reload(timeout=20_000)
        except Error:
            who.tabs.remove(tab)
            tab.close()

    def click(self, who: Somebody, tab: Page) -> None:
        """Answer the question that a tab shows, and note what was clicked when the page took it."""
        before = tab.evaluate(STATE)
        if not before["trial"] or len(before["ids"]) != 3:
            return
        chosen = self.random.choice(before["ids"])
        tab.wait_for_timeout(200)
        tab.evaluate("id => document.querySelector(`.choice[data-id='${id}']`)?.click()", chosen)
        if tab.evaluate(STATE)["trial"] != before["trial"]:
            who.given.setdefault(before["trial"], []).append((chosen, frozenset(before["ids"])))
            self.happened["clicked"] += 1

    def run(self, seconds: float) -> None:
        """Let things happen for so long."""
        end, kill_at, up_at = time.monotonic() + seconds, time.monotonic() + 10, 0.0
        while (now := time.monotonic()) < end:
            if up_at and now > up_at:
                self.server.start()
                kill_at, up_at = now + self.random.uniform(*KILL_EVERY_S), 0.0
            elif not up_at and now > kill_at:
                self.server.kill()
                up_at = now + self.random.uniform(*DOWN_S)
            self.step()
        if up_at:
            self.server.start()

    def come_back(self) -> None:
        """Everybody opens the page once more, until nothing waits in their browsers."""
        self.server.wait()
        for who in self.crowd:
            who.context.set_offline(False)
            for tab in who.tabs:
                tab.close()
            who.tabs = []
            self.open(who)
            who.tabs[0].locator('#page[data-waiting="0"]').wait_for(timeout=60_000)


def faults(chaos: Chaos, store: Store) -> list[str]:
    """What is not as it must be: lost, twice, changed or on other items, or of nobody who was there."""
    kept: dict[tuple[str, str], Clicked] = {}
    found = []
    for one in store.answers(CAMPAIGN):
        if (one.annotator, one.trial) in kept:
            found.append(f"{one.annotator} {one.trial} is there twice")
        kept[one.annotator, one.trial] = (str(one.answer), frozenset(one.items))
    keys = {int(one.extra["participant"]): one.key for one in people(store, CAMPAIGN) if "participant" in one.extra}
    if len(keys) != len(chaos.crowd) or len(people(store, CAMPAIGN)) != len(chaos.crowd):
        found.append(f"{len(people(store, CAMPAIGN))} people are there instead of {len(chaos.crowd)}")
    given = {(keys.get(who.number, ""), trial): clicks for who in chaos.crowd for trial, clicks in who.given.items()}
    for place, clicks in given.items():
        if place not in kept:
            found.append(f"{place}: lost")
        elif kept[place] not in clicks:
            found.append(f"{place}: kept as {kept[place]}, clicked {clicks}")
    found += [f"{place}: nobody clicked this" for place in kept if place not in given]
    return found


def main() -> None:
    """Run it and say what came out; ends with 1 when something is not as it must be."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        home = Path(folder)
        opened = open_shared(create_scenes_demo(home / "workspaces", Silent(), SCENES).path)
        settings = Settings(
            task="odd_one_out", questions=20_000, study=Study(ask_name=False), repeat_share=0.05, check_share=0.05
        )
        make_campaign(opened, CAMPAIGN, settings, choose_items(opened))
        server = Server(home, free_port("127.0.0.1", 8690))
        server.start()
        server.wait()
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        chaos = Chaos(browser, server, count, seed=int(time.time()))
        for who in chaos.crowd:
            tab = who.context.new_page()
            tab.goto(f"{chaos.address}?participant={who.number}")
            tab.locator("#page[data-screen]").wait_for()
            who.tabs.append(tab)
        try:
            chaos.run(60 * minutes)
            chaos.come_back()
        finally:
            server.kill()
        found = faults(chaos, judgment_store(opened.workspace))
        twice = sum(len(clicks) > 1 for who in chaos.crowd for clicks in who.given.values())
        print(f"{count} people, {minutes:g} minutes, {server.kills} kills, {dict(chaos.happened)}, {twice} in two tabs")
        print(f"{len(judgment_store(opened.workspace).answers(CAMPAIGN))} answers kept, {len(found)} faults")
        for one in found[:20]:
            print(one)
        raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
