"""A small collection of texts with everything that the three ways of tuning texts need."""

from pathlib import Path

import pyarrow as pa

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.progress import Silent
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare

JOBS = ("nurse", "baker", "pilot", "teacher")
WORDS = (
    "night",
    "senior",
    "junior",
    "head",
    "school",
    "city",
    "part time",
    "lead",
    "assistant",
    "chief",
    "trainee",
    "old",
)
ASKED = ("how do I become a {}", "what does a {} earn", "is it hard to be a {}", "where can a {} work")


def rows(count: int = 96) -> list[dict[str, str]]:
    """Rows: a title, the job that it means, a further text, a question pair with its label, a domain."""
    found = []
    for number in range(count):
        job, word = JOBS[number % 4], WORDS[number // 4 % 12]
        question = ASKED[number // 8 % 4].format(f"{word} {job}")
        other = ASKED[(number // 8 + number % 2) % 4].format(job)
        found.append(
            {
                ID: f"t{number}",
                PATH: "",
                TEXT: f"{word} {job}" + (f" {number}" if number >= 48 else ""),
                HASH: f"{number:032x}",
                "means": job,
                "skills": f"{word} work, {job} training",
                "asked": question,
                "also": other,
                "same": "yes" if number % 2 == 0 else "no",
                "answer": f"A {job} learns for {number % 5 + 1} years.",
                "domain": "care" if number % 4 in (0, 3) else "food",
            }
        )
    return found


def make_texts(root: Path, name: str = "jobs", *, prepared: bool = True) -> Opened:
    """The workspace `name` below `root`, under MiniLM."""
    dataset = Dataset(pa.Table.from_pylist(rows()))
    ws = create_workspace(root / "workspaces" / name, name, dataset, image_root=None, source="", kind="table")
    if prepared:
        prepare(ws, "sentence", method="pca", progress=Silent())
    return open_shared(ws.path)
