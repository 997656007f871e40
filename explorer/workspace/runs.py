"""What was run on a workspace, with every setting: one line a run in runs.jsonl, none of which is ever taken away.

What a run made may be replaced by the next one; how it was made stays known.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.version import VERSION
from explorer.workspace.layout import RUNS


@dataclass(kw_only=True)
class Run:
    """One run. what: import, embed, index or map. settings: all that decided what it made. result: in a sentence.

    begun: ISO 8601, UTC. version: of the program. A run without a result changed nothing and is not kept.
    """

    what: str
    settings: dict[str, Any]
    result: str = ""
    seconds: float = 0.0
    begun: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    version: str = VERSION


@contextmanager
def kept_run(folder: Path, what: str, **settings: Any) -> Iterator[Run]:
    """Keep the run that happens inside in the workspace `folder`, when it ends well and set a `result`."""
    run, start = Run(what=what, settings=settings), time.monotonic()
    yield run
    run.seconds = round(time.monotonic() - start, 1)
    if run.result:
        with suppress(OSError), (folder / RUNS).open("a", encoding="utf-8") as file:  # a full disk costs the line alone
            file.write(json.dumps(asdict(run), default=str) + "\n")


def runs_of(folder: Path) -> list[Run]:
    """The runs of a workspace, the newest first; lines that cannot be read are left out."""
    path = folder / RUNS
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError, TypeError):
            found.append(Run(**json.loads(line)))
    return found[::-1]


def settings_words(run: Run) -> str:
    """The settings in one line: "model pocket, n_neighbors 15"."""
    return ", ".join(
        f"{name} {_word(value)}" for name, value in run.settings.items() if value not in (None, "", {}, [])
    )


def _word(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{name} {_word(one)}" for name, one in value.items()) + ")"
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
