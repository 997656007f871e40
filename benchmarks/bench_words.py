"""Asking in words: how many of the first twelve answers are right with and without corrections, and what stands out.

    explorer bench words                                     the demo scenes, by colour and shape
    explorer bench words --workspace photos --columns label --queries benchmarks/words/photos.json

The names are the values of a column, or pairs of values of two. The files of queries hold things that are there and
things that are not: `tune` for choosing `search.relevance`, `report` for reporting.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.metrics import mean_score
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.index import ExactIndex
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared

HERE = Path(__file__).parent
FIRST, LEAST = 12, 4
FRAMES = {"as named": "{}", "a photo of": "a photo of a {}", "show me": "show me pictures of {}"}
MUST_RIGHT = 0.9


def names_of(opened: Opened, columns: Sequence[str]) -> dict[str, Rows]:
    """The rows of each name: values of the columns put together, of at least four items."""
    frame = opened.dataset.table.select(list(columns)).to_pandas().astype(str)
    groups = frame[(frame != "").all(axis=1)].groupby(list(columns))
    return {
        " ".join(key).replace("_", " "): part.index.to_numpy(np.int64) for key, part in groups if len(part) >= LEAST
    }


def right(rows: Rows, wanted: Rows) -> float:
    """Share of the first twelve that are wanted, of as many as there can be."""
    return float(np.isin(rows[:FIRST], wanted).sum()) / min(FIRST, len(wanted))


def precision(opened: Opened, spec: str, names: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """P@12 over the names, by how they are asked: the vector of the words as typed by cosine, and as the page finds."""
    embeddings = opened.embeddings(spec)
    exact = ExactIndex(embeddings.vectors, embeddings.present)
    report: dict[str, dict[str, Any]] = {}
    if not names:
        return report
    for frame, template in FRAMES.items():
        asked = [template.format(name) for name in names]
        vectors: Floats = POOL.text_vectors(spec, tuple(asked))
        plain = exact.query(vectors, FIRST).rows
        found = [find(opened, spec, (QueryPart("text", text),), "", FIRST).rows for text in asked]
        for kind, answers in (("cosine", plain), ("page", found)):
            scores = np.array([right(rows, wanted) for rows, wanted in zip(answers, names.values(), strict=True)])
            report[f"{frame}, {kind}"] = mean_score(scores).as_dict()
    return report


def verdicts(opened: Opened, spec: str, queries: dict[str, list[str]]) -> dict[str, list[str]]:
    """Which queries for present things have nothing that stands out, and which for absent ones have."""
    wrong = {}
    for kind, asked in queries.items():
        stands = [bool(find(opened, spec, (QueryPart("text", text),), "", 24).clear) for text in asked]
        wrong[kind] = [text for text, one in zip(asked, stands, strict=True) if one != (kind == "present")]
    return wrong


def main() -> int:
    """Measure one workspace; 1 when fewer than nine in ten verdicts on the reported queries are right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", default="", help="name of a workspace; the demo scenes when left out")
    parser.add_argument("--columns", nargs="*", default=["colour", "shape"])
    parser.add_argument("--queries", type=Path, default=HERE / "words" / "scenes.json")
    parser.add_argument("--model", default="")
    args = parser.parse_args()
    name = args.workspace or "scenes"
    with tempfile.TemporaryDirectory() as folder:
        made = workspace_folder(name) if args.workspace else create_scenes_demo(Path(folder), Silent()).path
        opened = open_shared(made)
        spec = opened.best_encoder(args.model)
        names = names_of(opened, args.columns) if args.columns else {}
        queries: dict[str, dict[str, list[str]]] = json.loads(args.queries.read_text("utf-8"))
        wrong = {kind: verdicts(opened, spec, some) for kind, some in queries.items()}
        report = {
            "workspace": name,
            "items": len(opened.dataset),
            "model": spec,
            "names": len(names),
            "precision": precision(opened, spec, names),
            "queries": {kind: {told: len(some) for told, some in sets.items()} for kind, sets in queries.items()},
            "wrong": wrong,
        }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (HERE / "results" / f"words_{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    asked, missed = (sum(map(len, some["report"].values())) for some in (queries, wrong))
    return int(missed > (1 - MUST_RIGHT) * asked)


if __name__ == "__main__":
    raise SystemExit(main())
